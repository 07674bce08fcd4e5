using System.Text;

namespace AkkaPipeline.Host.Samples;

/// <summary>A page or file of the sample's site.</summary>
/// <param name="Path">Its path, up to a number if it is numbered.</param>
/// <param name="NumberedBelow">0, or the bound of the number that follows the path.</param>
/// <param name="Bytes">About how large it is.</param>
internal sealed record SamplePage(byte[] Path, int NumberedBelow, int Bytes);

/// <summary>What the sample's site has, and what visits it. The site and its visitors are in reserved names and
/// addresses, so that no sample speaks of anybody.</summary>
internal static class AccessLogCatalog
{
    public static IReadOnlyList<SamplePage> Pages { get; } =
    [
        Page("/", 14_230), Page("/favicon.ico", 3_638), Page("/css/site.css", 8_412), Page("/js/app.min.js", 91_027),
        Page("/images/logo.png", 12_877), Page("/robots.txt", 310), Page("/products/", 22_941, 4_000),
        Page("/blog/", 18_404), Page("/blog/2025/03/", 26_119, 300), Page("/feed.xml", 40_551),
        Page("/search?q=queue&page=", 17_002, 40), Page("/api/v1/orders/", 1_204, 100_000), Page("/cart", 9_120),
        Page("/images/products/", 64_300, 4_000), Page("/login", 5_208), Page("/checkout?step=", 7_715, 4),
        Page("/about", 6_610), Page("/contact", 5_377), Page("/fonts/inter.woff2", 98_868), Page("/sitemap.xml", 71_400),
        Page("/api/v1/items?offset=", 3_320, 9_000), Page("/downloads/manual.pdf", 1_482_112),
        Page("/caf%C3%A9/menu", 4_404), Page("/wp-login.php", 196), Page("/.env", 196), Page("/static/video/intro.mp4", 24_117_248),
        Page("/tags/pipelines/", 11_090), Page("/health", 2), Page("/docs/getting-started", 19_533), Page("/docs/api/", 23_870, 120),
    ];

    public static IReadOnlyList<byte[]> BrowserAgents { get; } =
    [
        Text("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36"),
        Text("Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Mobile/15E148 Safari/604.1"),
        Text("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Mobile Safari/537.36"),
        Text("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15"),
        Text("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:136.0) Gecko/20100101 Firefox/136.0"),
        Text("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"),
        Text("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36 Edg/133.0.0.0"),
        Text("Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)"),
    ];

    public static IReadOnlyList<byte[]> BotAgents { get; } =
    [
        Text("Mozilla/5.0 (compatible; ExampleBot/2.1; +https://bots.example.net/about)"),
        Text("curl/8.12.1"),
        Text("python-requests/2.32.3"),
        Text("Go-http-client/1.1"),
        Text("UniversalFeedParser/5.3 +https://feeds.example.org/"),
        Text("-"),
    ];

    public static IReadOnlyList<byte[]> Referrers { get; } =
    [
        Text("https://www.example.com/"), Text("https://www.example.com/blog/"), Text("https://search.example.org/?q=work+queue"),
        Text("https://www.example.com/products/12"), Text("http://links.example.net/daily?id=4711&lang=en"),
        Text("https://www.example.com/search?q=caf%C3%A9"), Text("android-app://com.example.reader/"),
    ];

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static SamplePage Page(string path, int bytes, int numberedBelow = 0) => new(Text(path), numberedBelow, bytes);
}
