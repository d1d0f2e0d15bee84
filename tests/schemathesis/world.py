"""A server that has one of everything, so that requests find what they name."""

import base64
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request

FILE = b"E-mail,First name\nbob@example.org,Bob\nnobody,Nobody\n"
MAPPING = {"mapping": [{"column": "E-mail", "to": {"field": "email"}}]}


class World:
    """What there is, by the path in front of its id."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token
        self.ids: dict[str, str] = {}
        self.definitions()
        self.people()
        self.relations()
        self.jobs()
        self.messages()
        self.links()

    def send(self, method: str, path: str, body=None, headers=None):
        """The answer's body; anything but success ends the run."""
        data = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        request = urllib.request.Request(self.url + path, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        kind = "text/csv" if isinstance(body, bytes) else "application/json"
        request.add_header("Content-Type", kind)
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        if method != "GET":
            request.data = data
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path}: {error.code} {error.read().decode()}")

    def make(self, path: str, body) -> str:
        made = self.send("POST", path, body)["id"]
        self.ids[path.replace("/databases/1/", "/databases/{db}/")] = made
        return made

    def definitions(self) -> None:
        for name in ["First", "Second"]:
            self.send("POST", "/v1/databases", {"name": name})
        self.ids["/v1/databases"] = "1"
        for name, kind in [("visits", "integer"), ("interests", "tags"), ("party", "string")]:
            self.send("POST", "/v1/databases/1/fields", {"name": name, "type": kind})
        self.ids["/v1/databases/{db}/fields"] = "party"
        self.make(
            "/v1/resources",
            {
                "name": "Letter",
                "databases": ["1", "2"],
                "channels": ["email", "sms"],
                "double_opt_in": {"enabled": True},
            },
        )
        self.make("/v1/databases/1/segments", {"name": "Guests"})
        self.make("/v1/suppressions", {"name": "Bounces", "databases": ["1"]})
        self.make("/v1/watchers", {"name": "CRM", "url": "https://example.org/hook"})
        self.make("/v1/tokens", {"name": "reader", "scopes": ["profiles:read"]})
        form = {"database_id": "1", "name": "Footer", "resource_id": "1", "consent": "I agree."}
        self.ids["/f"] = self.make("/v1/forms", {**form, "minimum_seconds": 0})

    def people(self) -> None:
        for email in ["ada@example.org", "ann@example.org"]:
            contact = {"resource_id": "1", "channel": "email", "email": email}
            data = {"email": email, "subscriptions": [contact]}
            self.make("/v1/databases/1/profiles", {"data": data})

    def relations(self) -> None:
        two = {"database_a": "1", "database_b": "1"}
        kind = self.make("/v1/relation-types", {"name": "friends", "title": "Friends", **two})
        one, other = ({"email": f"{name}@example.org"} for name in ["ada", "ann"])
        body = {"action": "attach", "a": one, "b": other}
        self.send("POST", f"/v1/relation-types/{kind}/relations", body)
        relation = self.send("GET", f"/v1/relation-types/{kind}/relations")["items"][0]
        path = "/v1/relation-types/{id}/relations"
        self.ids[path], self.ids[f"{path}/{{a}}"] = relation["a"], relation["b"]
        self.send("PUT", "/v1/databases/1/control-group", {"percent": 5})
        path = "/v1/databases/1/profiles"
        old = {"email": "eve@example.org"}
        self.send("POST", path, {"data": old})
        self.send("POST", f"{path}/merge", {"sources": [old], "destination": one})
        merges = self.send("GET", f"{path}/merges")["items"]
        self.ids["/v1/databases/{db}/profiles/merges"] = merges[0]["id"]

    def jobs(self) -> None:
        path = "/v1/databases/1/imports"
        upload = self.send("POST", f"{path}?name=people.csv", FILE)["id"]
        self.send("POST", f"{path}/{upload}/start", MAPPING)
        self.ids["/v1/databases/{db}/imports"] = upload
        self.make("/v1/databases/1/exports", {})
        self.make("/v1/databases/1/updates", {"set": {"_region": "62"}})
        self.send("PUT", "/v1/databases/1/import-settings/nightly", MAPPING)
        self.ids["/v1/databases/{db}/import-settings"] = "nightly"
        source = {"url": "https://files.example.org/people.csv"}
        plan = {"name": "Nightly", "plan": {"every_hours": 24}, "source": source}
        schedule = self.make("/v1/databases/1/schedules", {**plan, "settings": MAPPING})
        run = self.send("POST", f"/v1/databases/1/schedules/{schedule}/run")["id"]
        self.ids["/v1/databases/{db}/schedules/{id}/runs"] = run
        while self.send("POST", "/v1/tick", {"seconds": 5})["left"]:
            pass

    def messages(self) -> None:
        hook = self.send(
            "POST", "/v1/hooks", {"name": "Shop", "database_id": "1", "preset": "flat"}
        )
        body = b'{"email": "carl@example.org"}'
        now = str(int(time.time()))
        secret = base64.b64decode(hook["secret"].removeprefix("whsec_"))
        signed = hmac.new(secret, b".".join([b"1", now.encode(), body]), hashlib.sha256)
        signature = "v1," + base64.b64encode(signed.digest()).decode()
        headers = {"webhook-id": "1", "webhook-timestamp": now, "webhook-signature": signature}
        headers["Content-Type"] = "application/json"
        self.send("POST", f"/hooks/{hook['id']}", body, headers)
        kept = self.send("GET", f"/v1/hooks/{hook['id']}/deliveries")["items"]
        self.ids["/hooks"] = self.ids["/v1/hooks"] = hook["id"]
        self.ids["/v1/hooks/{id}/deliveries"] = kept[0]["id"]
        self.ids["/v1/outbox"] = self.send("GET", "/v1/outbox")["items"][0]["id"]

    def links(self) -> None:
        path = f"/v1/databases/1/profiles/{self.ids['/v1/databases/{db}/profiles']}"
        subscription = self.send("GET", path)["subscriptions"][0]["id"]
        body = {"subscription_id": subscription, "clicks": ["https://example.org/"]}
        links = self.send("POST", f"{path}/links", body)
        for name in ["confirm", "unsubscribe", "manage"]:
            if links.get(name):
                self.ids[f"/s/{name}"] = links[name].rsplit("/", 1)[1]
        self.ids["/e"] = links["clicks"][0].rsplit("/", 1)[1]

    def place(self, path: str) -> dict[str, str]:
        """What stands for each parameter of a path, where it is known."""
        found = {}
        before = ""
        for part in path.strip("/").split("/"):
            if part.startswith("{") and before in self.ids:
                found[part.strip("{}")] = self.ids[before]
            before = f"{before}/{part}"
        return found
