"""The OpenAPI document: valid, complete, and what the service does."""

from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.doors import Door

PUBLISHED = {
    ("POST", "/widget/v1/offers"),
    ("GET", "/widget/v1/offers/{offer}"),
    ("POST", "/widget/v1/fragments/choices"),
    ("POST", "/widget/v1/holds"),
    ("POST", "/widget/v1/holds/{hold}/extend"),
    ("DELETE", "/widget/v1/holds/{hold}"),
    ("GET", "/widget/v1/estimate"),
    ("GET", "/widget/v1/pickup-points"),
    ("POST", "/v1/orders"),
    ("GET", "/v1/bookings"),
    ("GET", "/v1/bookings/{booking}"),
    ("POST", "/v1/bookings/{booking}/paid"),
    ("POST", "/v1/bookings/{booking}/payment_failed"),
    ("POST", "/v1/bookings/{booking}/cancel"),
    ("POST", "/v1/bookings/{booking}/changes"),
    ("PUT", "/v1/stock"),
}


def test_the_document_is_valid_and_names_every_call(plain_door: Door) -> None:
    document = plain_door.client.get("/openapi.json").get_json()
    OpenAPIV31SpecValidator(document).validate()
    found = {
        (method.upper(), path)
        for path, item in document["paths"].items()
        for method in item
        if method in {"get", "post", "put", "delete"}
    }
    assert found == PUBLISHED
