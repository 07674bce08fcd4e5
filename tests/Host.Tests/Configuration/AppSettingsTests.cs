using Akka.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;
using GenericHost = Microsoft.Extensions.Hosting.Host;

namespace AkkaPipeline.Host.Tests.Configuration;

/// <summary>A host with an appsettings.json of its own.</summary>
public sealed class AppSettingsTests : IDisposable
{
    private readonly ConfigurationFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_pipeline_takes_its_options_and_code_goes_over_them()
    {
        folder.With("appsettings.json", """
            { "AkkaPipeline": { "Pipelines": { "orders": { "Queue": { "Capacity": 7 }, "retry": { "max-attempts": 2, "Backoff": ["1 ms", "2 ms"] } } } } }
            """);
        PipelineBuilder<string>? built = null;
        using IHost host = Host(pipeline => built = pipeline.Capacity(3).Consume((_, _) => ValueTask.CompletedTask));

        await host.StartAsync();

        var setup = built!.Setup(endsWithSources: false);
        Assert.Equal((3, 4), (setup.Limits.Capacity, setup.Consumers));
        Assert.Equal("at most 2 attempts, listed 1 ms, 2 ms, full jitter", $"{setup.Retry}");
        await host.StopAsync();
    }

    [Fact]
    public async Task A_mistake_fails_the_host_with_one_error_that_names_the_file()
    {
        folder.With("appsettings.json", """
            { "AkkaPipeline": { "Pipelines": { "orders": { "Retry": { "MaxAttempts": 0, "MaxDelays": "1 s" } } } } }
            """);
        using IHost host = Host(pipeline => pipeline.Consume((_, _) => ValueTask.CompletedTask));

        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());

        string message = error.ToString();
        Assert.Contains("appsettings.json: akka-pipeline.pipelines.orders.retry.max-attempts = \"0\" is out of range; allowed: a whole number from 1 to 1000", message, StringComparison.Ordinal);
        Assert.Contains("retry.MaxDelays is not a key that is known here", message, StringComparison.Ordinal);
        Assert.Contains("did you mean max-delay?", message, StringComparison.Ordinal);
        Assert.Contains(nameof(ConfigurationException), message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Switches_null_and_empty_objects_of_JSON_are_taken_as_what_they_mean()
    {
        folder.With("appsettings.json", """
            { "AkkaPipeline": { "Pipelines": { "orders": {
              "Queue": {}, "Retry": null, "Consume": { "Consumers": null }, "DeadLetters": { "DropOldest": true, "Kept": 7 } } } } }
            """);
        PipelineBuilder<string>? built = null;
        using IHost host = Host(pipeline => built = pipeline.Consume((_, _) => ValueTask.CompletedTask));

        await host.StartAsync();

        var setup = built!.Setup(endsWithSources: false);
        Assert.Equal((65_536, 4), (setup.Limits.Capacity, setup.Consumers));
        Assert.Null(setup.Retry);
        await host.StopAsync();
    }

    [Theory]
    [InlineData("\"Queue\": []", "orders.queue = \"\" is not an object")]
    [InlineData("\"Queue\": \"x\"", "orders.queue = \"x\" is not an object")]
    [InlineData("\"Queue\": 5", "orders.queue = \"5\" is not an object")]
    [InlineData("\"Retry\": { \"MaxAttempts\": true }", "orders.retry.max-attempts = \"True\" is not a whole number")]
    [InlineData("\"Retry\": { \"MaxAttempts\": 2, \"Backoff\": [] }", "orders.retry.backoff = \"\" is not known")]
    public async Task A_value_of_another_kind_fails_the_host_with_its_key(string json, string told)
    {
        folder.With("appsettings.json", $"{{ \"AkkaPipeline\": {{ \"Pipelines\": {{ \"orders\": {{ {json} }} }} }} }}");
        using IHost host = Host(pipeline => pipeline.Consume((_, _) => ValueTask.CompletedTask));

        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());

        Assert.Contains($"appsettings.json: akka-pipeline.pipelines.{told}", error.ToString(), StringComparison.Ordinal);
    }

    private IHost Host(Action<PipelineBuilder<string>> configure)
    {
        var builder = GenericHost.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = folder[""] });
        builder.Configuration.AddJsonFile("appsettings.json");
        builder.Logging.ClearProviders();
        builder.Services.AddPipeline("orders", configure);
        return builder.Build();
    }
}
