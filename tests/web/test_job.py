import json
from dataclasses import asdict

from digitnet.web.job import Job


def test_a_job_goes_through_json():
    job = Job(one=True, top=5, explain=2)
    assert Job(**json.loads(json.dumps(asdict(job)))) == job
