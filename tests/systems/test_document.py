"""The description of the API: whole, valid, and of everything that is served."""

from django.test import Client

from mash.systems.api.document import as_openapi
from mash.systems.api.urls import urlpatterns
from mash.systems.models import Scope


def test_the_description_is_valid_openapi():
    from openapi_spec_validator import OpenAPIV31SpecValidator

    OpenAPIV31SpecValidator(as_openapi()).validate()


def test_a_description_that_is_wrong_would_be_found():
    from openapi_spec_validator import OpenAPIV31SpecValidator

    wrong = as_openapi() | {"paths": {"/x": {"get": {"responses": {"200": {}}}}}}
    assert [*OpenAPIV31SpecValidator(wrong).iter_errors()]


def test_every_address_is_described_and_every_scope_opens_something():
    described = as_openapi()["paths"]
    served = [one for one in urlpatterns if hasattr(one.callback, "operations")]
    assert len(described) == len(served) > 2
    used = {operation.scope for one in served for operation in one.callback.operations}
    assert used == set(Scope) - {Scope.CONFIDENTIAL}  # says how another's words are kept
    names = [said["operationId"] for methods in described.values() for said in methods.values()]
    assert len(names) == len(set(names))


def test_the_message_of_the_intake_is_described_whole():
    from mash.contact.message import Message

    schema = as_openapi()["components"]["schemas"]["Message"]
    assert set(schema["properties"]) == set(Message.model_fields)
    assert schema["additionalProperties"] is False


def test_every_kind_of_call_is_described():
    from mash.systems.models import News

    said = as_openapi()
    assert set(said["webhooks"]) == set(News.values)
    assert set(said["components"]["schemas"]["CallShape"]["properties"]["type"]["enum"]) == set(News.values)


def test_anybody_reads_it_as_json_and_as_a_page(transactional_db):
    client = Client()
    assert client.get("/api/v1/openapi.json").json() == as_openapi()
    page = client.get("/api/docs")
    assert page.status_code == 200
    for methods in as_openapi()["paths"].values():
        for said in methods.values():
            assert f'id="{said["operationId"]}"'.encode() in page.content
    assert b"https://" not in page.content.partition(b"<main")[2].partition(b"</main")[0]
