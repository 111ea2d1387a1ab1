"""The app: `streamlit run app.py`, `python app.py`, or the ASGI application `app:app`.

The router lies inside the package because Streamlit runs the files of a `pages/` folder that stands beside the main
script bare, without the router, until someone has opened `/`.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from neuronview import api
from neuronview.config import named_hosts
from neuronview.ui import bursts, import_path, no_lookups, quick, shortcuts, uploads, visit
from neuronview.ui.start_page import start_page

PAGE = Path(st.__file__).with_name("static") / "index.html"
"""What Streamlit answers with whatever page is asked for."""


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Pages are made ready while the first browser loads; what visits of a public server made goes with them.

    Names of the server that are none end it here, in words; later each answer would be an error.
    """
    named_hosts(os.environ)
    quick.make_ready("neuronview.api.serving", "pandas.io.formats.style")
    looking = asyncio.create_task(visit.look_after())
    yield
    looking.cancel()
    await asyncio.wait({looking})
    visit.forget_all()


import_path.keep_import_path()
shortcuts.take_shortcuts()
bursts.gather_messages()
uploads.bound_uploads()
no_lookups.look_nothing_up()
app = st.App(
    Path(__file__).resolve().parent / "neuronview" / "ui" / "main.py",
    routes=api.routes(),
    lifespan=lifespan,
    middleware=[
        Middleware(api.Headers, page=PAGE),
        Middleware(
            api.Hosts,
            listed=lambda: st.get_option("server.allowedHosts"),
            own=lambda: [st.get_option("server.address"), st.get_option("browser.serverAddress")],
        ),
        Middleware(api.Scripts, folder=PAGE.parent),
        Middleware(api.StartPage, page=PAGE, ours=start_page(PAGE)),
        Middleware(api.OneShape),
        Middleware(api.Uploads),
    ],
)

if __name__ == "__main__":
    app.run()
