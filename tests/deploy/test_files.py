"""The files in `deploy/` are read by the programs that they are for."""

import os
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted(one.name for one in DEPLOY.glob("*.service"))
WORST = 25  # tenths, as systemd-analyze counts exposure: 100 is a service without any wall


def program(name, package):
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        assert not os.environ.get("CI"), f"no {name}: continuous integration must install Debian's {package}"
        pytest.skip(f"NO {name.upper()}: install Debian's {package}")
    return found


@pytest.fixture
def units(tmp_path):
    """The units, with programs that are there."""
    for one in [*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")]:
        words = one.read_text().replace("/opt/mash/current/.venv/bin/python", "/bin/true")
        (tmp_path / one.name).write_text(words.replace("/opt/mash/current", "/opt"))
    return tmp_path


def run(*words, **more):
    return subprocess.run([str(one) for one in words], capture_output=True, text=True, check=False, **more)


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_reads_every_line_of_a_unit(units, unit):
    done = run(program("systemd-analyze", "systemd"), "verify", "--man=no", units / unit)
    said = [line for line in done.stderr.splitlines() if str(units) in line or unit in line]
    assert said == []
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("unit", [one for one in UNITS if "alert" not in one])
def test_a_service_is_walled_in(units, unit):
    words = [f"--threshold={WORST}", "--offline=true", units / unit]
    done = run(program("systemd-analyze", "systemd"), "security", "--no-pager", *words)
    assert done.returncode == 0, done.stdout[-400:]


def test_nginx_reads_its_file_and_gives_out_neither_figures_nor_readiness(tmp_path):
    nginx = program("nginx", "nginx-light")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mash.borough.example")])
    made = x509.CertificateBuilder(
        name, name, key.public_key(), 1, timezone.now(), timezone.now() + timedelta(days=1)
    )
    (tmp_path / "fullchain.pem").write_bytes(
        made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    (tmp_path / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    said = (DEPLOY / "nginx.conf").read_text()
    for page in ("/ready", "/metrics"):
        assert f"location = {page} {{ return 404; }}" in said
    site = said.replace("/etc/mash/tls", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}} http {{ {site} }}"
    )
    done = run(nginx, "-t", "-c", tmp_path / "nginx.conf", "-e", tmp_path / "early.log")
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


def test_every_setting_in_the_examples_is_one_that_the_product_reads():
    read = set(
        re.findall(r'"(MASH_\w+|DATABASE_URL|REPLICA_URL)"', (ROOT / "config/settings.py").read_text())
    )
    for file in DEPLOY.glob("*.env.example"):
        named = set(re.findall(r"^#?(\w+)=", file.read_text(), re.MULTILINE))
        assert named, file
        assert named <= read, (file.name, named - read)


def test_no_example_holds_a_key_and_the_web_has_none_that_signs_roots():
    for file in DEPLOY.glob("*.env.example"):
        words = file.read_text()
        assert not re.search(r"[0-9a-f]{32}", words)
        assert ("MASH_LEDGER_KEY" in words) == (file.name == "worker.env.example")
        assert "MASH_" not in re.sub(r"#.*", "", words) or file.name != "backup.env.example"
