"""All settings, from the environment.  `mash` (mash/__main__.py) fills in what the embedded database knows."""

import os
from ipaddress import ip_network
from pathlib import Path

import environ

from mash.common import logs
from mash.common.keys import PUBLISHED  # a live start refuses these: config/wsgi.py and mash/__main__.py
from mash.partnership import providers

ROOT = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = False
SECRET_KEY = env("MASH_SECRET_KEY", default=PUBLISHED["MASH_SECRET_KEY"])
MASH_IDENTITY_KEY = env("MASH_IDENTITY_KEY", default=PUBLISHED["MASH_IDENTITY_KEY"])  # 32 bytes, hexadecimal
MASH_SEAL_KEY = env("MASH_SEAL_KEY", default=PUBLISHED["MASH_SEAL_KEY"])  # 32 bytes, hexadecimal
MASH_HUBS_KEY = env("MASH_HUBS_KEY", default="")  # 32 bytes, hexadecimal; without it no hub asks another
MASH_SEAL_KEYS_BEFORE = env.list(
    "MASH_SEAL_KEYS_BEFORE", default=[]
)  # replaced, and read until `mash sealed rewrap`
MASH_LEDGER_KEY = env("MASH_LEDGER_KEY", default="")  # 32 bytes, hexadecimal; only the worker needs it
MASH_LEDGER_KEY_FILE = env("MASH_LEDGER_KEY_FILE", default="")  # or a file, as PEM
MASH_LEDGER_SIGNER = env(
    "MASH_LEDGER_SIGNER",
    default=f"mash.ledger.signing.{'FromFile' if MASH_LEDGER_KEY_FILE else 'FromEnvironment'}",
)
MASH_LEDGER_S3_KEY = env("MASH_LEDGER_S3_KEY", default="")  # of a witness that is an S3-compatible store
MASH_LEDGER_S3_SECRET = env("MASH_LEDGER_S3_SECRET", default="")
MASH_LEDGER_WITNESSES = env.list("MASH_LEDGER_WITNESSES", default=[])  # "file:/srv/witness,mailto:…"
MASH_LIVE = env.bool("MASH_LIVE", default=False)  # real records: the web server refuses to start unsafe
MASH_EMBEDDED = env.bool("MASH_EMBEDDED", default=False)  # set by `mash` itself
MASH_SCANNER = env(
    "MASH_SCANNER", default=""
)  # a class: docs/security/uploads.md; without one no file is opened
MASH_SCANNER_ADDRESS = env("MASH_SCANNER_ADDRESS", default="")  # "unix:/run/clamd.ctl", "tcp:10.0.0.5:3310"
MASH_SCANNER_SECONDS = env.float("MASH_SCANNER_SECONDS", default=20.0)  # for one file
MASH_ADDRESS = env("MASH_ADDRESS", default="")  # "https://hub.example.org": where an e-mail leads
MASH_BANNER = env("MASH_BANNER", default="")  # "Training data only" in a demo
MASH_DEMO = env.json("MASH_DEMO", default={})  # {"password", "hubs": {hub: [{"name", "email", "may"}]}}
MASH_SECOND_FACTOR = env.bool("MASH_SECOND_FACTOR", default=True)
MASH_PROVIDERS = providers.read(env.json("MASH_PROVIDERS", default=[]))  # docs/security/sign-in.md
MASH_LIMITS_TIMES = env.float(
    "MASH_LIMITS_TIMES", default=1.0
)  # of how much one worker looks at: docs/rules.md
MASH_API_A_MINUTE = env.int("MASH_API_A_MINUTE", default=6000)  # requests with one key: docs/operations.md
MASH_CALLS_ALLOWED = env.list(
    "MASH_CALLS_ALLOWED", default=[]
)  # networks beside the public: docs/operations.md
MASH_MAIL = env.dict("MASH_MAIL", default={})  # "NFC=imaps://user@server/INBOX": docs/operations.md
MASH_MAIL_PASSWORDS = {  # each by the letters of its hub, or a file that holds it
    key: value for key, value in os.environ.items() if key.startswith("MASH_MAIL_PASSWORD_")
}
MASH_OUTAGE_FOLDER = env("MASH_OUTAGE_FOLDER", default="")  # of the packs for a bad day: docs/operations.md
MASH_OUTAGE_HOURS = env.int("MASH_OUTAGE_HOURS", default=24)  # after which a pack is taken away
MASH_IDLE_SECONDS = 15 * 60
MASH_LONGEST_SESSION_SECONDS = 10 * 60 * 60
ALLOWED_HOSTS = env.list("MASH_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("MASH_ORIGINS", default=[])
MASH_HTTPS = env.bool("MASH_HTTPS", default=False)
# How many proxies of one's own stand before the product: each says on X-Forwarded-For whom it answers, and the
# first sets X-Forwarded-Proto itself.  With none such headers count for nothing, since anybody can send them.
MASH_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = env.int("MASH_PROXIES", default=0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if MASH_PROXIES else None
MASH_METRICS_FOLDER = env(
    "MASH_METRICS_FOLDER", default=""
)  # emptied at each start; without it nothing is counted
MASH_WATCHED_FROM = [  # who may ask /ready and /metrics, straight and through no proxy: docs/operations.md
    ip_network(one) for one in env.list("MASH_WATCHED_FROM", default=["127.0.0.0/8", "::1/128"])
]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "procrastinate.contrib.django",
    "csp",
    "mash.common",
    "mash.ledger",
    "mash.operations",
    "mash.partnership",
    "mash.notifications",
    "mash.drafts",
    "mash.people",
    "mash.directory",
    "mash.sealed",
    "mash.contact",
    "mash.mail",
    "mash.outage",
    "mash.referral",
    "mash.triage",
    "mash.check",
    "mash.decision",
    "mash.boroughs",
    "mash.region",
    "mash.handover",
    "mash.alongside",
    "mash.quality",
    "mash.plans",
    "mash.panel",
    "mash.harm",
    "mash.training",
    "mash.exercise",
    "mash.setup",
    "mash.systems",
    "mash.returns",
    "mash.insight",
    "mash.subject_access",
    "mash.retention",
    "mash.desk",
]

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",  # outermost: files and redirects carry it too
    "django.middleware.security.SecurityMiddleware",
    "mash.common.middleware.compressed_static",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mash.common.middleware.no_store",
    "mash.operations.middleware.watched",
    "mash.common.middleware.never_silent",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "mash.drafts.middleware.kept_when_signed_out",
    "mash.partnership.middleware.session_limits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "mash.desk.going_on.renews_holds",
    "mash.directory.middleware.counts_readings",
    "mash.systems.middleware.counts_requests",
    "mash.partnership.middleware.OneTransaction",
    "mash.drafts.middleware.SendsOnce",
]

ROOT_URLCONF = "config.urls"
CSRF_FAILURE_VIEW = "mash.partnership.errors.csrf_failed"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [ROOT / "mash" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "mash.common.templates.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",  # allauth's own e-mails
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL", default="postgresql://mash_app@localhost/mash")}
DATABASES["default"] |= {
    "ENGINE": "mash.common.postgresql",
    "CONN_MAX_AGE": env.int("MASH_CONN_MAX_AGE", default=60),
    "CONN_HEALTH_CHECKS": True,
    "TIME_ZONE": None,
}
PLANS_KEPT_AFTER = (
    5 if env.bool("MASH_KEEPS_PLANS", default=True) else None
)  # times; False behind some poolers
LOCK_WAITS = env.int(
    "MASH_LOCK_MILLISECONDS", default=5000
)  # then 503; 0 behind a pooler that takes no options
DATABASES["default"]["OPTIONS"] = {
    "prepare_threshold": PLANS_KEPT_AFTER,
    **({"options": f"-c lock_timeout={LOCK_WAITS}"} if LOCK_WAITS else {}),
    **DATABASES["default"].get("OPTIONS", {}),
}
# A streaming replica, from which pages that only read are answered: docs/operations.md.  Never named, never asked.
if REPLICA_URL := env("REPLICA_URL", default=""):
    DATABASES["replica"] = DATABASES["default"] | env.db_url_config(REPLICA_URL)
    DATABASES["replica"] |= {"ENGINE": "mash.common.postgresql"}
    DATABASES["replica"]["OPTIONS"] = {
        "prepare_threshold": PLANS_KEPT_AFTER,
        "connect_timeout": 2,  # seconds
        "tcp_user_timeout": 5000,  # milliseconds: a machine that is gone says nothing
        **env.db_url_config(REPLICA_URL).get("OPTIONS", {}),
    }
MASH_REPLICA_MILLISECONDS = env.int("MASH_REPLICA_MILLISECONDS", default=250)  # how long a page waits for it
CACHES = {"default": {"BACKEND": "mash.partnership.tallies.Tallies"}}  # one count for every process
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "partnership.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "mash.partnership.guessable.NotGuessable"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "post"
ACCOUNT_ADAPTER = "mash.partnership.adapter.Adapter"
SOCIALACCOUNT_ADAPTER = "mash.partnership.oidc.SocialAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
ACCOUNT_FORMS = {"login": "mash.partnership.forms.SignIn"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by a hub, never by signing up
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True  # a passkey that its device opens by finger, face or PIN is both factors
MFA_FORMS = {
    "authenticate": "mash.partnership.forms.codes.UseCode",
    "reauthenticate": "mash.partnership.forms.codes.UseCodeAgain",
    "add_webauthn": "mash.partnership.forms.passkeys.AddPasskey",
    "authenticate_webauthn": "mash.partnership.forms.passkeys.UsePasskey",
    "login_webauthn": "mash.partnership.forms.passkeys.SignInByPasskey",
    "reauthenticate_webauthn": "mash.partnership.forms.passkeys.UsePasskeyAgain",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # a hub knows whose address it is
MFA_TOTP_TOLERANCE = 1  # a clock half a minute off still signs in
MFA_TOTP_ISSUER = "OpenMASH"

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no words in a cookie
SESSION_ENGINE = "mash.partnership.session_store"
SESSION_COOKIE_AGE = MASH_LONGEST_SESSION_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # scripts read the token from the form
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = MASH_HTTPS
if MASH_HTTPS:  # a browser takes a cookie of this name from this host alone, and never without encryption
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SECURE_HSTS_SECONDS = 31_536_000 if MASH_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True  # no preload: the list is asked for by whoever owns the whole domain
SECURE_SSL_REDIRECT = MASH_HTTPS
SECURE_REDIRECT_EXEMPT = [
    r"^(health|ready|metrics)$"
]  # a program asks for it: nothing is to hide that it asks in the clear
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "object-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],  # data: is the QR code of a second factor
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATIC_ROOT = ROOT / "mash" / "static"  # compiled and committed: nothing is collected at set-up
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
FILE_UPLOAD_HANDLERS = [
    "mash.common.uploads.CutOff",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

EMAIL_BACKEND = env("MASH_EMAIL_BACKEND", default="django.core.mail.backends.dummy.EmailBackend")
EMAIL_HOST = env("MASH_EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("MASH_EMAIL_PORT", default=25)
EMAIL_HOST_USER = env("MASH_EMAIL_USER", default="")
EMAIL_HOST_PASSWORD = env("MASH_EMAIL_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("MASH_EMAIL_TLS", default=False)  # STARTTLS; the server's certificate is checked
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = env("MASH_EMAIL_FOLDER", default=None)  # for the backend that writes files: a demo's
MASH_NOTIFY_KEY = env("MASH_NOTIFY_KEY", default="")  # of GOV.UK Notify, where that is the backend
MASH_NOTIFY_TEMPLATE = env("MASH_NOTIFY_TEMPLATE", default="")
MASH_NOTIFY_URL = env("MASH_NOTIFY_URL", default="https://api.notifications.service.gov.uk")
DEFAULT_FROM_EMAIL = env("MASH_EMAIL_FROM", default="no-reply@openmash.example")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "mash.common.logs.formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"mash": {"level": "INFO"}},
}
logs.through_the_standard_library()
