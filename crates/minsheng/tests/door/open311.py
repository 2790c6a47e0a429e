"""Two clients of GeoReport v2 that others wrote, `three` (Code for America) and `georeport`, ask a running site in one format.

What they understood is printed as one JSON object; the test beside it knows what it should be.
Called with: address of the site, format, key of a program."""

import base64
import datetime
import io
import itertools
import json
import sys

# `three` was written for Python 2; these two are all that it misses
itertools.ifilter = filter

import requests  # noqa: E402
import three.core  # noqa: E402
from georeport import GeoReport  # noqa: E402

read_xml = three.core.xml


class Keys(dict):
    def keys(self):
        return list(super().keys())


three.core.xml = lambda text: Keys(read_xml(text))

site, form, key = sys.argv[1:4]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SERVICE, OTHER = "0301", "0302"


def listed(data, name):
    """The elements of a list: in XML they stand below their name, and one alone is no list."""
    if isinstance(data, dict):
        data = data.get(name, [])
    return data if isinstance(data, list) else [data]


def numbers(data):
    return [one["service_request_id"] for one in listed(data, "request")]


said = {"format": form}
found = three.Three(f"{site}/open311/v2", format=form).discovery()
endpoint = listed(found["endpoints"], "endpoint")[0]
said["discovery"] = {
    "specification": endpoint["specification"],
    "url": endpoint["url"],
    "type": endpoint["type"],
    "formats": listed(endpoint["formats"], "format"),
    "contact": found["contact"],
}

# from here on the clients go where discovery sent them
city = three.Three(endpoint["url"], format=form, api_key=key)
reader = GeoReport(endpoint["url"], output_format=form)
services = listed(city.services(), "service")
said["services"] = {one["service_code"]: one["service_name"] for one in services}
said["services_again"] = {one["service_code"]: one["service_name"] for one in reader.get_service_list()}
said["definition"] = [
    [one["code"], one["datatype"], [value["key"] for value in listed(one["values"], "value")]]
    for one in listed(city.services(SERVICE)["attributes"], "attribute")
]
again = reader.get_service_definition(SERVICE)
said["definition_again"] = [one["code"] for one in listed(again["attributes"], "attribute")]

# one that everybody may see the steps of, with a picture; one that nobody else sees; one on the map
shown = {"attribute[publish]": "yes", "attribute[kind]": "complaint"}
picture = io.BytesIO(base64.b64decode(PIXEL))
picture.name = "pixel.png"
posted = [
    city.post(SERVICE, name="小满 田", phone="13900000311", address="河口村口", description=f"停水三天 {form}", **shown),
    city.post(OTHER, address="河口村口", description=f"水里有泥 {form}", media=picture),
    city.post(SERVICE, lat="1.5", long="1.5", description=f"井盖坏了 {form}"),
]
said["notice"] = listed(posted[0], "request")[0]["service_notice"]
said["posted"] = [numbers(one)[0] for one in posted]
first = said["posted"][0]
said["token"] = numbers(city.token(first))
said["single"] = listed(city.request(first), "request")[0]
said["single_again"] = reader.get_service_request(first)["service_request_id"]

own = {"api_key": key}
today = datetime.date.today()
day = datetime.timedelta(days=1)
mine = set(said["posted"])


def of_mine(**filters):
    return [number for number in numbers(city.requests(**own, **filters)) if number in mine]


said["lists"] = {
    "own": of_mine(),
    "open": of_mine(status="open"),
    "closed": of_mine(status="closed"),
    "service": of_mine(service_code=OTHER),
    "days": of_mine(between=(today - 2 * day, today + 2 * day)),
    "before": of_mine(between=(today - 60 * day, today - 30 * day)),
    "page": [len(numbers(city.requests(**own, count=1, page=page))) for page in (1, 2)],
    "named": numbers(city.requests(**own, service_request_id=",".join(said["posted"]))),
    "without_key": [number for number in numbers(city.requests()) if number in mine],
    "georeport": [one["service_request_id"] for one in listed(reader.get_service_requests(service_code=SERVICE, status="open"), "request")
                  if one["service_request_id"] in mine],
}

# every no is read as one
wrong = three.Three(endpoint["url"], format=form, api_key="nobody's").post(SERVICE, address="x", description="x")
said["refused"] = [[one["code"], one["description"]] for one in listed(wrong, "error")]
several = city.post(SERVICE, description="x", lat="north")
said["several"] = [one["code"] for one in listed(several, "error")]
absent = city.request("MS1")
said["absent"] = [one["code"] for one in listed(absent, "error")]
try:
    reader.get_service_request("MS1")
except requests.HTTPError as error:
    said["absent_again"] = error.response.status_code
said["key_again"] = requests.get(f"{site}/open311/v2/requests.{form}", params={"api_key": "nobody's"}).status_code
print(json.dumps(said))
