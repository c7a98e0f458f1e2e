"""What paces a load."""
import asyncio


async def rhythm(seconds):
    """Lets so much time pass: clients of a load have a rate, and a look at the server's process has an interval."""
    loop = asyncio.get_running_loop()
    passed = loop.create_future()
    timer = loop.call_later(seconds, passed.set_result, None)
    try:
        await passed
    finally:
        timer.cancel()
