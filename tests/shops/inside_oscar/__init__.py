"""Tests of stoep-oscar that need Django: its own runner runs them, in .venv-oscar, by tests/shops/test_oscar_app.py.

Stoep is the real one, over HTTP, at the address in SHOP_STOEP_URL.
"""
