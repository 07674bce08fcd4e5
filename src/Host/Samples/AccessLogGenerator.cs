namespace AkkaPipeline.Host.Samples;

/// <summary>
/// Makes an access log in combined log format: the same bytes for the same seed, on every machine. A few visitors and
/// pages make most of it, time rises, and about one line in 200 is malformed in the ways real logs are.
/// </summary>
internal sealed class AccessLogGenerator
{
    /// <summary>No line is longer, its line feed included.</summary>
    public const int LineBytesMax = 1024;

    private const int Visitors = 1500;

    private readonly SampleRandom random;
    private readonly SampleClock clock = new();
    private readonly SkewedChoice<SampleVisitor> visitors;
    private readonly SkewedChoice<SamplePage> pages = new(AccessLogCatalog.Pages);
    private readonly SkewedChoice<byte[]> referrers = new(AccessLogCatalog.Referrers);

    public AccessLogGenerator(ulong seed)
    {
        random = new SampleRandom(seed);
        visitors = new SkewedChoice<SampleVisitor>([.. Enumerable.Range(0, Visitors).Select(_ => SampleVisitor.Create(random))]);
    }

    /// <summary>Writes the next line, with its line feed.</summary>
    /// <returns>How many bytes were written.</returns>
    public int WriteLine(Span<byte> destination)
    {
        var line = new ByteCursor(destination);
        SampleVisitor visitor = visitors.Choose(random);
        line.Append(visitor.Host);
        line.Append(" - "u8);
        line.Append(visitor.User);
        line.Append(" "u8);
        line.Append(clock.Advance(random.Below(1400)));
        line.Append(" \""u8);
        int oddity = random.Below(1000);
        bool isCut = oddity is 10 or 11;
        if (!TryAppendOddRequest(ref line, oddity))
        {
            AppendRequest(ref line);
            AppendReferrer(ref line, visitor, oddity);
            AppendAgent(ref line, visitor, oddity);
        }

        int length = isCut ? 10 + random.Below(line.Written - 10) : line.Written;
        destination[length] = (byte)'\n';
        return length + 1;
    }

    /// <summary>What arrives at any server that is open to the world: scans, time-outs, wrong protocols. All valid.</summary>
    private static bool TryAppendOddRequest(ref ByteCursor line, int oddity)
    {
        ReadOnlySpan<byte> rest = oddity switch
        {
            0 or 1 => """\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" 400 226 "-" "-" """u8,
            2 or 3 => """-" 408 - "-" "-" """u8,
            4 => """GET /" 400 0 "-" "-" """u8,
            5 => """OPTIONS * HTTP/1.0" 200 - "-" "Apache (internal dummy connection)" """u8,
            6 => """GET /files/annual report.pdf HTTP/1.1" 400 301 "-" "curl/8.12.1" """u8,
            7 => """\x03\x00\x00/*\xe0\x00\x00\x00\x00\x00Cookie: mstshash=Administr" 400 226 "-" "-" """u8,
            _ => default,
        };
        line.Append(rest.TrimEnd((byte)' '));
        return !rest.IsEmpty;
    }

    private void AppendRequest(ref ByteCursor line)
    {
        int method = random.Below(100);
        SamplePage page = pages.Choose(random);
        line.Append(method < 94 ? "GET "u8 : method < 98 ? "POST "u8 : "HEAD "u8);
        line.Append(page.Path);
        if (page.NumberedBelow > 0)
        {
            line.Append(random.Below(page.NumberedBelow));
        }

        int protocol = random.Below(100);
        line.Append(protocol < 80 ? " HTTP/1.1\" "u8 : protocol < 95 ? " HTTP/2.0\" "u8 : " HTTP/1.0\" "u8);
        AppendStatusAndBytes(ref line, page, hasBody: method < 98);
        line.Append(" \""u8);
    }

    private void AppendStatusAndBytes(ref ByteCursor line, SamplePage page, bool hasBody)
    {
        int roll = random.Below(1000);
        int status = roll < 890 ? 200 : roll < 940 ? 304 : roll < 965 ? 404 : roll < 985 ? 301
            : roll < 990 ? 206 : roll < 994 ? 403 : roll < 997 ? 500 : 499;
        line.Append(status);
        line.Append(" "u8);
        if (status == 304 || !hasBody)
        {
            line.Append("-"u8);
        }
        else
        {
            line.Append(status is 200 or 206 ? page.Bytes + random.Below(1 + (page.Bytes / 8)) : 150 + random.Below(400));
        }
    }

    private void AppendReferrer(ref ByteCursor line, SampleVisitor visitor, int oddity)
    {
        if (oddity == 12)
        {
            // A browser that sends its address bar in Latin-1, and a server that logs it as it came.
            line.Append("https://www.example.com/caf"u8);
            line.Append([0xE9]);
        }
        else
        {
            line.Append(visitor.IsBot || random.Below(5) < 2 ? "-"u8 : referrers.Choose(random));
        }

        line.Append("\" \""u8);
    }

    private static void AppendAgent(ref ByteCursor line, SampleVisitor visitor, int oddity)
    {
        line.Append(oddity switch
        {
            8 or 9 => """Mozilla/5.0 (\"escaped\" as it should be)"""u8,
            13 or 14 => """Mozilla/5.0 (the "best" browser)"""u8,
            _ => visitor.Agent,
        });
        line.Append("\""u8);
    }
}
