import asyncio

PILL = object()


async def consume(queue, done):
    while (number := await queue.get()) is not PILL:
        done.append(number)
        queue.task_done()
    queue.task_done()


async def main():
    queue = asyncio.Queue(maxsize=100)
    done = []
    consumers = [asyncio.create_task(consume(queue, done)) for _ in range(3)]

    for number in range(1000):
        await queue.put(number)
    for _ in consumers:
        await queue.put(PILL)

    await asyncio.gather(*consumers)
    print(f"poison pill: {len(done)} items done")


asyncio.run(main())
