import asyncio


async def produce(queue, count):
    for number in range(count):
        await queue.put(number)


async def consume(queue, done):
    while True:
        number = await queue.get()
        try:
            await asyncio.sleep(0.001)
            done.append(number)
        finally:
            queue.task_done()


async def main():
    queue = asyncio.Queue(maxsize=100)
    done = []
    consumers = [asyncio.create_task(consume(queue, done)) for _ in range(3)]

    await produce(queue, 1000)
    await queue.join()

    for consumer in consumers:
        consumer.cancel()
    await asyncio.gather(*consumers, return_exceptions=True)
    print(f"join and cancel: {len(done)} items done")


asyncio.run(main())
