"""People and the boundary's log."""

from tests.project.url_table.rows import Answers, get, post

# People and the boundary's log: administrators, and everybody on their own page; the log is for those
# managers alone who are eligible, of whom there is none here.
ADMINISTRATOR: Answers = (302, 403, 403, 403, 403, 403, 200)
ADMINISTRATOR_404: Answers = (302, 403, 403, 403, 403, 403, 404)
ADMINISTRATOR_422: Answers = (302, 403, 403, 403, 403, 403, 422)
ALONE = {"manager": 403}
THEMSELVES: Answers = (302, 403, 403, 200, 403, 403, 200)
THEMSELVES_404: Answers = (302, 403, 403, 404, 403, 403, 404)
THEMSELVES_422: Answers = (302, 403, 403, 422, 403, 403, 422)
REFUSED: Answers = (302, 403, 403, 403, 403, 403, 403)
PEOPLE = [
    get("console/people", "/console/people", ADMINISTRATOR),
    post("console/people/networks", "/console/people/networks", ADMINISTRATOR_422, ALONE),
    post(
        "console/people/networks/<int:network_id>/remove",
        "/console/people/networks/999999/remove",
        ADMINISTRATOR_404,
        ALONE,
    ),
    get("console/people/<int:staff_id>", "/console/people/{agent}", THEMSELVES),
    post("console/people/<int:staff_id>/attest", "/console/people/{agent}/attest", ADMINISTRATOR_422, ALONE),
    post(
        "console/people/<int:staff_id>/attestations/<int:attestation_id>/revoke",
        "/console/people/{agent}/attestations/999999/revoke",
        ADMINISTRATOR_404,
        ALONE,
    ),
    post("console/people/<int:staff_id>/location", "/console/people/{agent}/location", THEMSELVES_422),
    post(
        "console/people/<int:staff_id>/locations/<int:location_id>/end",
        "/console/people/{agent}/locations/999999/end",
        THEMSELVES_404,
    ),
    get("console/boundary-log", "/console/boundary-log", REFUSED),
    get("console/boundary-log.csv", "/console/boundary-log.csv", REFUSED),
]
