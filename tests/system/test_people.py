"""People on the real system: recognized by a worker, named over REST behind Airflow's permissions, found by a search."""

import shutil

import httpx
import pytest

from media_ai.catalog.search import search
from tests.faces import FACES, write_scenes
from tests.system.helpers import ended, graph, publish, start

pytestmark = pytest.mark.system


@pytest.fixture
def named_people(system, tmp_path):
    """A task over two people of whom one is in the gallery; returns the address of its people and a client."""
    system.settings.uploads.mkdir(parents=True, exist_ok=True)
    image = system.settings.uploads / "obama.jpg"
    shutil.copy(FACES / "obama_2012.jpg", image)
    faces = {"id": "faces", "type": "recognize_faces"}
    faces["params"] = {"gallery": [{"name": "Barack Obama", "images": [str(image)]}]}
    wires = (("frames.frames", "faces.frames"), ("faces.people", "publish.results"))
    publish(
        system, graph("people", interval=0.5, more=(faces, {"id": "publish", "type": "publish_results"}), wires=wires)
    )
    video = write_scenes(tmp_path / "two.mp4", [(("obama_2005",), 2), (("ardern_2022",), 2)])
    run_id = start(system, "people", video, video_id="two")
    assert ended(system, "people", run_id) == "success"
    url, user, password = system.settings.server
    token = httpx.post(f"{url}/auth/token", json={"username": user, "password": password}).json()["access_token"]
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}) as client:
        yield f"{url}/media-ai/api/v1/tasks/people/{run_id}/people", client, user


def test_a_stranger_is_named_over_rest_and_found(system, named_people):
    """The worker recognized one person and told the other apart; the name given later is shown and found at once."""
    address, client, user = named_people
    people = client.get(address).json()
    stranger = next(person for person in people if not person["is_known"])
    body = {"name": "Jacinda Ardern", "role": "prime minister"}

    assert {person["name"] for person in people} == {"Barack Obama", None}
    assert httpx.put(f"{address}/{stranger['person_id']}", json=body).status_code == 401
    answer = client.put(f"{address}/{stranger['person_id']}", json=body)
    assert (answer.status_code, answer.json()["name"], answer.json()["named_by"]) == (200, "Jacinda Ardern", user)
    assert [(hit.video_id, hit.start_s) for hit in search(system.database, "ardern")] == [("two", 2.0)]
    assert client.put(f"{address}/{'0' * 16}", json=body).status_code == 404
