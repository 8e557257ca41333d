"""A small webshop that uses Stoep as any shop would: the element, the secret-key API, none of Stoep's own code."""
