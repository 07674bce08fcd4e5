using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AkkaPipeline.Tests.Hosting;

/// <summary>What the WebApi sample calls for each order: it answers once a test says so.</summary>
internal sealed class Carrier : IAsyncDisposable
{
    private readonly Gate answers = new();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ended = new();
    private readonly Task accepting;

    public Carrier()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Address => new($"http://{listener.LocalEndpoint}/");

    /// <summary>The bodies of the requests that were answered.</summary>
    public ConcurrentBag<string> Answered { get; } = [];

    /// <summary>From now on all requests are answered, those that wait too.</summary>
    public void Open() => answers.Open();

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            _ = AnswerAsync(await listener.AcceptTcpClientAsync(ended.Token));
        }
    }

    /// <summary>One request a connection, its body in chunks or of a length that is told: both end where the JSON object does.</summary>
    private async Task AnswerAsync(TcpClient client)
    {
        using var connection = client;
        var stream = connection.GetStream();
        var received = new StringBuilder();
        var buffer = new byte[4096];
        while (!received.ToString().Contains('}'))
        {
            var read = await stream.ReadAsync(buffer, ended.Token);
            if (read == 0)
            {
                return;
            }

            received.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        await answers.WaitAsync(ended.Token);
        var request = received.ToString();
        Answered.Add(request[request.IndexOf('{')..(request.IndexOf('}') + 1)]);
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), ended.Token);
    }
}
