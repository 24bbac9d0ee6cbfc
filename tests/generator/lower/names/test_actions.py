"""Names of operations as a person would choose them."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sdkgen import naming
from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.lower.accessors import Accessors
from sdkgen.lower.names.operation_ids import strip_tag_suffix
from sdkgen.lower.names.operation_names import (
    OperationName,
    OperationNames,
    get_resource_key,
)
from sdkgen.lower.resources import Resources

ARRAY = {"content": {"application/json": {"schema": {"type": "array"}}}}
OBJECT = {
    "content": {
        "application/json": {"schema": {"properties": {"a": {"type": "string"}}}}
    }
}


def reader(paths: dict[str, dict[str, Any]]) -> Accessors:
    """Reads a document that has these paths."""

    document: Any = SimpleNamespace(root={"paths": paths})
    return Accessors(document)


def named(
    calls: str, tag: str = "", operation: str = "", answer: dict[str, Any] | None = None
) -> str:
    """The first of several ``METHOD path`` as ``resource.method``, before any clash."""
    paths: dict[str, dict[str, Any]] = {}
    for call in calls.split(", "):
        method, path = call.split(" ", 1)
        node: dict[str, Any] = {"tags": [tag]} if tag else {}
        node |= {"operationId": operation} if operation else {}
        node |= {"responses": {"200": answer}} if answer else {}
        paths.setdefault(path, {})[method.lower()] = node
    method, path = calls.split(", ")[0].split(" ", 1)
    node = paths[path][method.lower()]
    found = OperationNames(reader(paths)).propose_name(path, method.lower(), node)
    name = naming.list_candidates(naming.to_snake, *found.candidates, fallback="call")[
        0
    ]
    return f"{naming.to_snake(naming.split_words(found.resource))}.{name}"


@pytest.mark.parametrize(
    ("calls", "name"),
    [
        # Things, and what is done to them.
        ("GET /devices", "devices.list"),
        ("POST /devices", "devices.create"),
        ("GET /devices/{id}", "devices.get"),
        ("PUT /devices/{id}", "devices.replace"),
        ("PATCH /devices/{id}", "devices.update"),
        ("DELETE /devices/{id}", "devices.delete"),
        ("HEAD /devices/{id}", "devices.head"),
        ("QUERY /devices", "devices.query"),
        ("GET /fleet, GET /fleet/{id}", "fleet.list"),
        ("DELETE /devices, DELETE /devices/{id}", "devices.delete_many"),
        ("PATCH /devices, PATCH /devices/{id}", "devices.update_many"),
        # There is one of it.
        ("GET /me", "me.get"),
        ("PUT /config", "config.replace"),
        ("GET /status", "status.get"),
        # What belongs to a thing.
        ("GET /devices/{id}/logs", "devices.list_logs"),
        ("POST /devices/{id}/logs", "devices.create_log"),
        ("GET /devices/{id}/logs/{log}", "devices.get_log"),
        ("DELETE /devices/{id}/logs/{log}", "devices.delete_log"),
        ("GET /devices/{id}/status", "devices.get_status"),
        ("PUT /devices/{id}/status", "devices.replace_status"),
        ("GET /a/{a}/boxes/{b}/lids/{c}", "a.get_box_lid"),
        # What is done that is none of the verbs of HTTP.
        ("POST /devices/{id}/restart", "devices.restart"),
        ("PUT /devices/{id}/activate", "devices.activate"),
        ("POST /devices/{id}/factory-reset", "devices.factory_reset"),
        ("POST /devices/import", "devices.import_"),
        ("POST /jobs/{id}:cancel", "jobs.cancel"),
        ("POST /jobs:batchRemove", "jobs.batch_remove"),
        ("GET /devices/search", "devices.search"),
        ("POST /devices/{id}/contacts/validate", "devices.validate_contacts"),
        ("POST /login", "api.login"),
        ("POST /create_channel", "api.create_channel"),
        ("GET /devices/find-by-name", "devices.find_by_name"),
        ("POST /get", "get.create"),
        # A POST to a thing.
        ("POST /devices/{id}", "devices.create"),
        ("POST /devices/{id}, POST /devices", "devices.update"),
        ("POST /devices/{id}, POST /devices, PATCH /devices/{id}", "devices.post"),
        # What says nothing.
        ("GET /api/v2/devices", "devices.list"),
        ("GET /rest/2.0/devices", "devices.list"),
        ("GET /2010-04-01/Accounts", "accounts.list"),
        ("GET /v{api-version}/devices/{id}", "devices.get"),
        ("GET /shop/v1.2-beta1/devices", "shop.list_devices"),
        ("GET /devices/{id}.json", "devices.get"),
        ("GET /devices.json", "devices.list"),
        ("GET /devices.{format}", "devices.list"),
        ("GET /devices/", "devices.list"),
        # Nothing to go by.
        ("GET /", "api.get"),
        ("GET /{id}", "api.get"),
        ("GET /v1", "v1.get"),
        ("GET /--/{id}", "api.get"),
        # Other scripts, digits, keywords.
        ("GET /geräte/{id}", "gerate.get"),
        ("GET /设备/{id}", "设备.get"),
        ("GET /3d-models/{id}", "n3d_models.get"),
        ("GET /x/{id}/classes", "x.list_classes"),
    ],
)
def test_a_name_is_read_off_verb_and_path(calls: str, name: str) -> None:
    """Without tag and ``operationId``."""
    if name.endswith("import_"):
        name = name[:-1]  # the underscore comes when names are given out
    assert named(calls) == name


@pytest.mark.parametrize(
    ("calls", "tag", "name"),
    [
        ("GET /v1/annotation_layer/{pk}", "Annotation Layers", "annotation_layers.get"),
        ("GET /shops/{id}/devices/{d}", "Devices", "devices.get"),
        ("GET /shops/{id}/devices", "device", "device.list"),
        ("GET /shops/{id}/device-recipes/{r}", "Device", "device.get_device_recipe"),
        ("GET /filter/state/{key}", "FilterState", "filter_state.get"),
        ("GET /board/{id}/permalink/{key}", "Board Links", "board_links.get_permalink"),
        ("GET /tracks", "search", "search.list_tracks"),
        ("POST /assets/import", "Import/export", "import_export.import_assets"),
        ("GET /devices", " ", "devices.list"),
        ("POST /login", "Users", "users.login"),
    ],
)
def test_a_tag_is_the_resource(calls: str, tag: str, name: str) -> None:
    """Whatever stands before it in the path is told by the arguments."""
    assert named(calls, tag) == name


@pytest.mark.parametrize(
    ("stated", "tag", "name"),
    [
        # A person chose it.
        ("getUserById", "user", "user.get_user_by_id"),
        ("apps.list", "", "apps.list"),
        ("admin.users.list", "", "admin.users_list"),
        ("v1.endpoint.rotate-secret", "", "endpoint.rotate_secret"),
        ("users/get-by-name", "", "users.get_by_name"),
        ("UsersController_findAll", "", "users.find_all"),
        ("UsersController_findAll", "people", "people.find_all"),
        ("VirtualDisks_CreateOrUpdate", "VirtualDisks", "virtual_disks.create_or_update"),
        ("users_list", "Users", "users.list"),
        ("get_users", "Users", "users.get_users"),
        ("get-users", "", "users.get_users"),
        ("usersAdd", "Users", "users.add"),
        ("findUsersUsingGET_2", "users-controller", "users_controller.find_users"),
        ("userFindAll", "Users API", "users_api.find_all"),
        ("usersById", "Users", "users.users_by_id"),
        ("usersV2", "Users", "users.users_v2"),
        ("users", "Users", "users.users"),
        ("shop.users.orders.list", "users", "users_orders.list"),
        ("shop.users.list", "Users", "users.list"),
        ("get-/v1/users/{id}_findOne", "", "users.find_one"),
        # A program made it of verb and path.
        ("get_/v1/users/{id}", "", "users.get"),
        ("get-v1-users-id", "", "users.get"),
        ("getV1UsersId", "", "users.get"),
        ("GET-v1-users--id---format-", "", "users.get"),
        ("v1_users_id_get", "", "users.get"),
        ("read_user_v1_users__id__get", "", "users.read_user"),
        # It says nothing.
        ("", "", "users.get"),
        ("--", "", "users.get"),
        ("_", "", "users.get"),
    ],
)  # fmt: skip
def test_an_operation_id_counts_if_a_person_chose_it(
    stated: str, tag: str, name: str
) -> None:
    assert named("GET /v1/users/{id}", tag, stated) == name


@pytest.mark.parametrize(
    ("call", "operation", "name"),
    [
        ("POST /#Target=Shop.CreateOrder", "CreateOrder", "api.create_order"),
        ("POST /CreateOrder#shop&id", "CreateOrder", "api.create_order"),
        ("GET /get_orders", "getOrders", "api.get_orders"),
        ("GET /services?call=Orders&all=1", "listOrders", "services.list_orders"),
        ("GET /orders?since={since}&to={to}", "", "orders.list"),
        ("GET /v3/orders/all", "getV3OrdersAll", "orders.get_all"),
    ],
)
def test_a_path_may_name_a_procedure(call: str, operation: str, name: str) -> None:
    """Then it names no resource: one of one method would only say it twice."""
    assert named(call, operation=operation) == name


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("Pets API", "Pets"),
        ("pet-controller", "pet"),
        ("PetRestController", "Pet"),
        ("user-resource", "user"),
        ("Human Resource", "Human Resource"),
        ("API", "API"),
        ("devices", "devices"),
        ("Geräte", "Geräte"),
    ],
)
def test_a_tag_says_nothing_at_its_end(tag: str, said: str) -> None:
    """Programs and habit put it there."""
    assert strip_tag_suffix(tag) == said


def test_the_response_tells_a_list_from_a_thing() -> None:
    """Where neither a path below nor the word does."""
    assert named("GET /fleet", answer=ARRAY) == "fleet.list"
    assert named("GET /settings", answer=OBJECT) == "settings.get"
    assert named("GET /settings, GET /settings/{id}", answer=OBJECT) == "settings.list"


def allotted(calls: list[str]) -> dict[str, str]:
    """The names of the methods of one resource, by call."""
    paths: dict[str, dict[str, Any]] = {}
    for call in calls:
        method, path = call.split(" ", 1)
        paths.setdefault(path, {})[method.lower()] = {"tags": ["things"]}
    actions = OperationNames(reader(paths))
    found: dict[str, OperationName] = {}
    for call in calls:
        method, path = call.split(" ", 1)
        found[call] = actions.propose_name(path, method.lower(), {"tags": ["things"]})
    return naming.allocate(
        {
            call: naming.list_candidates(
                naming.to_snake, *action.candidates, fallback="call"
            )
            for call, action in found.items()
        },
        naming.METHODS,
        ranks={call: action.rank for call, action in found.items()},
    ).names


@pytest.mark.parametrize(
    ("calls", "names"),
    [
        (["GET /things", "GET /users/{id}/things"], ["list", "list_user_things"]),
        (["GET /things/search", "POST /things/search"], ["search", "post_search"]),
        (
            ["GET /things/{id}/data", "GET /things/data/{key}"],
            ["get_data", "get_data_by_key"],
        ),
        (["GET /v1/things", "GET /v2/things"], ["list_v1", "list_v2"]),
        (["GET /things/{a}/parts/{b}", "GET /things/{a}/parts/{b}/{c}"],
         ["get_part", "get_part_by_b_and_c"]),
        (["DELETE /things/{id}/parts", "DELETE /things/{id}/parts/{p}"],
         ["delete_parts", "delete_part"]),
    ],
)  # fmt: skip
def test_the_plainer_of_two_keeps_the_name(calls: list[str], names: list[str]) -> None:
    assert list(allotted(calls).values()) == names


_SEGMENTS = st.sampled_from(
    ["things", "thing", "{id}", "{self}", "parts", "v1", "v2", "api", "search", "größe"]
)
_CALLS = st.lists(
    st.builds(
        "{} /{}".format,
        st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
        st.lists(_SEGMENTS, max_size=4).map("/".join),
    ),
    unique=True,
    min_size=1,
    max_size=12,
)


@given(_CALLS, st.randoms(use_true_random=False))
def test_names_are_valid_unique_and_free_of_order(
    calls: list[str], random: Any
) -> None:
    names = allotted(calls)
    assert all(name.isidentifier() for name in names.values())
    assert len({name.lower() for name in names.values()}) == len(calls)
    random.shuffle(calls)
    assert allotted(calls) == names


def test_tags_that_differ_in_case_are_one_resource() -> None:
    """In whatever order they come; what only looks alike stays apart."""
    tags = ["Users", "users", "USERS", "user groups", "user-groups", "C", "C++"]
    for order in itertools.permutations(tags[:3]):
        assert set(spelled([*order, *tags[3:]]).values()) == {
            "USERS", "user groups", "C", "C++",
        }  # fmt: skip


def spelled(tags: list[str]) -> dict[str, str]:
    config: Any = SimpleNamespace(resources={})
    resources = Resources(reader({}), config, naming.Lock(), Diagnostics())
    return resources.unify_spelling(set(tags))


def test_the_key_of_a_resource_needs_no_document() -> None:
    """What ``sdk.yaml`` calls a resource is checked before anything is built."""
    assert get_resource_key("/v1/devices/{id}", "get", {}) == "devices"
    assert get_resource_key("/v1/devices", "get", {"tags": ["Gear"]}) == "Gear"
