import json
from dataclasses import asdict

from digitnet.web.job import Job


def test_a_job_goes_through_json():
    job = Job(one=True, top=5, page=2, digits=3, valid=("007", "120"))
    assert Job.of(json.loads(json.dumps(asdict(job)))) == job
    assert Job.of(json.loads(json.dumps(asdict(Job())))) == Job()
