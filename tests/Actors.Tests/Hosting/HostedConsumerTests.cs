using AkkaPipeline.Tests.Scenarios;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AkkaPipeline.Tests.Hosting;

/// <summary>Consumers from the container.</summary>
public sealed class HostedConsumerTests
{
    [Theory]
    [InlineData(ServiceLifetime.Scoped)]
    [InlineData(ServiceLifetime.Transient)]
    public async Task Each_delivery_has_a_scope_that_is_disposed_asynchronously_before_the_item_is_settled(ServiceLifetime lifetime)
    {
        await using var host = await StartedAsync(services => services.Add(new ServiceDescriptor(typeof(Counts), typeof(Counts), lifetime)));

        var settlement = await PutAndJoinAsync(host, 3);

        var book = host.Services.GetRequiredService<Book>();
        Assert.Equal(3, settlement.Acked);
        Assert.Equal(3, book.Consumed);
        Assert.Equal(4, book.ConsumersMade);
        Assert.Equal(4, book.ConsumersDisposed);
        Assert.Equal(4, book.ConnectionsMade);
        Assert.Equal(4, book.ConnectionsDisposed);
    }

    [Fact]
    public async Task A_class_that_is_not_registered_is_made_and_disposed_too()
    {
        await using var host = await StartedAsync(_ => { });

        await PutAndJoinAsync(host, 3);

        var book = host.Services.GetRequiredService<Book>();
        Assert.Equal(4, book.ConsumersMade);
        Assert.Equal(4, book.ConsumersDisposed);
        Assert.Equal(4, book.ConnectionsDisposed);
    }

    [Fact]
    public async Task A_singleton_is_one_object_for_all_deliveries()
    {
        await using var host = await StartedAsync(services => services.AddSingleton<Connection>().AddSingleton<Counts>());

        await PutAndJoinAsync(host, 3);

        var book = host.Services.GetRequiredService<Book>();
        Assert.Equal(3, book.Consumed);
        Assert.Equal(1, book.ConsumersMade);
        Assert.Equal(0, book.ConsumersDisposed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_consumer_with_outputs_comes_from_the_container_too(bool singleton)
    {
        var sink = new RecordingSink<string>();
        await using var host = await TestHost.StartedAsync(services =>
        {
            services.AddSingleton<Book>().AddSingleton(sink);
            services.Add(new ServiceDescriptor(typeof(Connection), typeof(Connection), singleton ? ServiceLifetime.Singleton : ServiceLifetime.Scoped));
            services.Add(new ServiceDescriptor(typeof(Spells), typeof(Spells), singleton ? ServiceLifetime.Singleton : ServiceLifetime.Scoped));
            services.AddPipeline<int>("numbers", (pipeline, provider) =>
                pipeline.Consume<Spells, string>(consumers: 2).To(provider.GetRequiredService<RecordingSink<string>>()));
        });

        await PutAndJoinAsync(host, 2);

        Assert.Equal(["number 1", "number 2"], sink.Written.Order());
        Assert.Equal(singleton ? 0 : 3, host.Services.GetRequiredService<Book>().ConnectionsDisposed);
    }

    [Fact]
    public async Task A_failed_delivery_disposes_its_scope_as_well()
    {
        await using var host = await StartedAsync(services => services.AddScoped<Counts>());

        var settlement = await PutAndJoinAsync(host, 0);

        Assert.Equal(1, settlement.DeadLettered);
        Assert.Equal(2, host.Services.GetRequiredService<Book>().ConnectionsDisposed);
    }

    [Fact]
    public async Task What_a_consumer_lacks_keeps_the_host_from_starting()
    {
        await using var host = TestHost.Of(
            services => services.AddPipeline<int>("numbers", pipeline => pipeline.Consume<Counts>(consumers: 2)));

        var failure = await Assert.ThrowsAsync<PipelineFailedException>(host.StartAsync);

        Assert.StartsWith("The pipeline numbers could not start: Unable to resolve service for type '", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_consumer_that_cannot_be_made_is_told_by_its_own_error_and_its_scope_is_disposed()
    {
        await using var host = TestHost.Of(services =>
        {
            services.AddSingleton<Book>();
            services.AddScoped<Connection>();
            services.AddPipeline<int>("numbers", pipeline => pipeline.Consume<CannotBeMade>(consumers: 1));
        });

        var failure = await Assert.ThrowsAsync<PipelineFailedException>(host.StartAsync);

        Assert.Equal("The pipeline numbers could not start: no licence", failure.Message);
        Assert.Equal(1, host.Services.GetRequiredService<Book>().ConnectionsDisposed);
    }

    [Fact]
    public async Task An_item_that_failed_is_told_by_that_whatever_its_scope_throws_when_it_is_disposed()
    {
        await using var host = await TestHost.StartedAsync(services => services.AddSingleton<Book>().AddScoped<BadToDispose>()
            .AddPipeline<int>("numbers", pipeline => pipeline.Consume<Fails>(consumers: 1)));
        var running = await host.RunningAsync("numbers");

        await host.Queue("numbers").PutAsync(1).Soon();
        await host.Queue("numbers").JoinAsync().Soon();

        var letter = Assert.Single((await running.DeadLetters.ListAsync().Soon()).Items);
        Assert.Equal("the item is bad", letter.Reason);
    }

    [Fact]
    public async Task A_generic_class_that_is_registered_open_as_a_singleton_is_one_object_too()
    {
        await using var host = await TestHost.StartedAsync(services => services.AddSingleton<Book>().AddSingleton(typeof(Handler<>))
            .AddPipeline<int>("numbers", pipeline => pipeline.Consume<Handler<int>>(consumers: 2)));

        await PutAndJoinAsync(host, 3);

        Assert.Equal((1, 3), (host.Services.GetRequiredService<Book>().ConsumersMade, host.Services.GetRequiredService<Book>().Consumed));
    }

    private static Task<TestHost> StartedAsync(Action<IServiceCollection> register) => TestHost.StartedAsync(services =>
    {
        services.AddSingleton<Book>();
        services.AddScoped<Connection>();
        services.AddPipeline<int>("numbers", pipeline => pipeline.Consume<Counts>(consumers: 2));
        register(services);
    });

    /// <summary>Puts as many items as are to be consumed; none: one that fails.</summary>
    private static async Task<Settlement> PutAndJoinAsync(TestHost host, int items)
    {
        for (var item = Math.Min(items, 1); item <= items; item++)
        {
            await host.Queue("numbers").PutAsync(item).Soon();
        }

        return await host.Queue("numbers").JoinAsync().Soon();
    }

    private sealed class Book
    {
        public int Consumed;
        public int ConsumersMade;
        public int ConsumersDisposed;
        public int ConnectionsMade;
        public int ConnectionsDisposed;
    }

    private sealed class Connection : IAsyncDisposable
    {
        private readonly Book book;

        public Connection(Book book)
        {
            this.book = book;
            Interlocked.Increment(ref book.ConnectionsMade);
        }

        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            Interlocked.Increment(ref book.ConnectionsDisposed);
        }
    }

    private sealed class Counts : IItemConsumer<int>, IAsyncDisposable
    {
        private readonly Book book;

        public Counts(Book book, Connection connection)
        {
            ArgumentNullException.ThrowIfNull(connection);
            this.book = book;
            Interlocked.Increment(ref book.ConsumersMade);
        }

        public ValueTask ConsumeAsync(Delivery<int> delivery, CancellationToken cancellationToken)
        {
            ArgumentOutOfRangeException.ThrowIfZero(delivery.Item);
            Interlocked.Increment(ref book.Consumed);
            return ValueTask.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            Interlocked.Increment(ref book.ConsumersDisposed);
        }
    }

    private sealed class CannotBeMade : IItemConsumer<int>
    {
        public CannotBeMade(Connection connection)
        {
            ArgumentNullException.ThrowIfNull(connection);
            throw new InvalidOperationException("no licence");
        }

        public ValueTask ConsumeAsync(Delivery<int> delivery, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class BadToDispose(Book book) : IDisposable
    {
        // The one that is made in vain when the host starts may be disposed.
        public void Dispose()
        {
            if (book.Consumed > 0)
            {
                throw new InvalidOperationException("the scope is bad");
            }
        }
    }

    private sealed class Fails(Book book, BadToDispose bad) : IItemConsumer<int>
    {
        public ValueTask ConsumeAsync(Delivery<int> delivery, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(bad);
            Interlocked.Increment(ref book.Consumed);
            throw new InvalidDataException("the item is bad");
        }
    }

    private sealed class Handler<TItem> : IItemConsumer<TItem>
    {
        private readonly Book book;

        public Handler(Book book)
        {
            this.book = book;
            Interlocked.Increment(ref book.ConsumersMade);
        }

        public ValueTask ConsumeAsync(Delivery<TItem> delivery, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref book.Consumed);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Spells(Connection connection) : IItemConsumer<int, string>
    {
        public ValueTask ConsumeAsync(Delivery<int> delivery, IOutputs<string> outputs, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(connection);
            outputs.Emit($"number {delivery.Item}");
            return ValueTask.CompletedTask;
        }
    }
}
