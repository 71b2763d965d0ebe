import json, pytest
def test_try(cast, client):
    o=cast.organisation(); c=cast.contact(o); t=cast.token(c)
    h={"Authorization":f"Bearer {t}"}
    r=client.get("/api/v1/openapi.json"); assert r.status_code==200, r.content
    print(len(r.content))
    r=client.post("/api/v1/cases",data=json.dumps({"subject":"x","description":"y","severity":"S1"}),content_type="application/json",headers=h)
    print(r.status_code,r.content)
    n=r.json()["number"]
    for p in ["cases","cases/%d"%n,"cases/%d/messages"%n,"cases/%d/clocks"%n,"cases/%d/history"%n,"me","organisations","contacts?organisation_id=%d"%o.pk,"devices?organisation_id=%d"%o.pk,"staff","products","plans","entitlement?organisation_id=%d"%o.pk, "nothing"]:
        r=client.get("/api/v1/"+p,headers=h); print(p,r.status_code,r.content[:600])
