"""As many calls reach a server at once as are made at once."""

import asyncio
import json

from neuronview.llm.openai_endpoint import OpenAIEndpoint
from tests.llm.fake_endpoint import asked

MANY = 120
"""More than client libraries allow by themselves."""
ANSWER = json.dumps({"model": "m", "choices": [{"message": {"content": "so"}, "finish_reason": "stop"}]}).encode()


def test_no_call_waits_for_another_to_end() -> None:
    async def work() -> list[str]:
        arrived, all_there = 0, asyncio.Event()

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal arrived
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.partition(b":")[2]))
            arrived += 1
            if arrived == MANY:
                all_there.set()
            await all_there.wait()
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(ANSWER) + ANSWER)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=2 * MANY)
        endpoint = OpenAIEndpoint("m", base_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1")
        async with asyncio.timeout(60):
            answers = await asyncio.gather(*(endpoint.chat(asked(f"{i}")) for i in range(MANY)))
        await endpoint.close()
        server.close()
        return [answer.text for answer in answers]

    assert asyncio.run(work()) == ["so"] * MANY
