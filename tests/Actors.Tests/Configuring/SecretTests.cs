using AkkaPipeline.Configuring;
using Xunit;

namespace AkkaPipeline.Tests.Configuring;

/// <summary>Secrets are not shown, by whatever way they came to where they are.</summary>
public sealed class SecretTests
{
    [Theory]
    [InlineData("password = hunter2")]
    [InlineData("secret = hunter2")]
    [InlineData("secret { deep { inside = hunter2 } }")]
    [InlineData("api-key = [hunter2, hunter2]")]
    [InlineData("dbPassword = hunter2")]
    [InlineData("auth.access_token = hunter2")]
    [InlineData("url = \"https://user:hunter2@host/\"")]
    [InlineData("db.password = hunter2\nlogin = ${db.password}")]
    [InlineData("db.password = hunter2\nlogin = \"user:\"${db.password}")]
    [InlineData("secret { login = hunter2 }\nmine = ${secret}")]
    [InlineData("secret { logins = [hunter2] }\nmine = ${secret.logins} [x]")]
    [InlineData("secret { login = hunter2 }\nmine = ${secret}\nyours = ${mine.login}")]
    [InlineData("mine = ${DB_PASSWORD}")]
    [InlineData("mine = \"x\"${DB_PASSWORD}\nyours = ${mine}")]
    public void A_secret_is_not_shown_with_the_configuration(string text)
    {
        var reading = Reading.Of(text, ("DB_PASSWORD", "hunter2"));

        Assert.Equal("", reading.FaultText);
        Assert.DoesNotContain("hunter2", ConfigShowing.Show(reading.Root), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("db-password")]
    [InlineData("dbPassword")]
    [InlineData("DB_PASSWORD")]
    [InlineData("dbpassword")]
    [InlineData("PasswordHash")]
    [InlineData("apiToken")]
    [InlineData("api-token")]
    [InlineData("apitoken")]
    [InlineData("APIToken")]
    [InlineData("client_secret")]
    [InlineData("clientsecret")]
    [InlineData("connection-string")]
    [InlineData("ConnectionString")]
    [InlineData("connectionstring")]
    [InlineData("connection_string")]
    [InlineData("accessKey")]
    [InlineData("APIKey")]
    [InlineData("ssh-key")]
    [InlineData("pwd")]
    public void A_name_that_ends_in_a_secret_s_word_is_known_in_any_spelling(string name)
    {
        Assert.True(SecretKeys.IsSecret(name));
        Assert.DoesNotContain("hunter2", ConfigShowing.Show(Reading.Of($"{name} = hunter2").Root), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api-keys = [\nhunter2==\n]")]
    [InlineData("api-keys = [\nhunter2==\nhunter2==\n]\nhunter2")]
    [InlineData("api-keys = [ { a = [\nhunter2==\n] } ]")]
    [InlineData("password =\nhunter2==")]
    [InlineData("password =\nhunter2=\nhunter2=x=y")]
    [InlineData("password =\nhunter2 {")]
    [InlineData("password { hunter2 }")]
    [InlineData("password { hunter2 = = }")]
    [InlineData("password { a { b = c } hunter2 = x }")]
    [InlineData("password = , hunter2")]
    [InlineData("password { inner =\nhunter2== }")]
    public void A_secret_is_not_shown_where_its_key_is_open_or_was_left_without_a_value(string text)
    {
        string faults = Reading.Of(text).FaultText;

        Assert.NotEqual("", faults);
        Assert.DoesNotContain("hunter2", faults, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("password =\nx = 1", "t.conf:1:10: the key password has no value after its '='")]
    [InlineData("count =\nhunter2==", "t.conf:2:8: the key hunter2 has no value after its '='")]
    [InlineData("password = x\nhunter2", "t.conf:2:1: the key hunter2 has no value: an '=' or a '{' must follow it")]
    [InlineData("akka-pipeline.pipelines.tokens { hunter2 }", "the key hunter2 has no value")]
    public void A_name_that_is_no_secret_is_told(string text, string told) =>
        Assert.Contains(told, Reading.Of(text).FaultText, StringComparison.Ordinal);

    [Fact]
    public void What_is_below_a_secret_key_is_not_shown_in_a_fault()
    {
        var reading = Reading.Of("login = hunter2");
        new ConfigSection(reading.Root, reading.Root.Place, ["akka", "secret"], reading.Faults).WholeNumber("login", 1, 10);

        Assert.Contains("akka.secret.login = <hidden> is not a whole number", reading.FaultText, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipeline_may_be_called_as_it_likes()
    {
        var reading = Reading.Of("capacity = lots");
        new ConfigSection(reading.Root, reading.Root.Place, ["akka-pipeline", "pipelines", "tokens", "queue"], reading.Faults).WholeNumber("capacity", 1, 10);

        Assert.Contains("= \"lots\" is not a whole number", reading.FaultText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("path")]
    [InlineData("monkey")]
    [InlineData("capacity")]
    [InlineData("max-attempts")]
    [InlineData("pattern")]
    [InlineData("compass")]
    public void Another_name_is_none(string name) => Assert.False(SecretKeys.IsSecret(name));

    [Theory]
    [InlineData("https://user:hunter2@host/x", "https://<hidden>@host/x")]
    [InlineData("https://hunter2@host", "https://<hidden>@host")]
    [InlineData("amqp://user:hun/ter2@x@host and more", "amqp://<hidden>@host and more")]
    [InlineData("https://host/x", "https://host/x")]
    [InlineData("Server=db;Password=hunter2;Timeout=5", "Server=db;Password=<hidden>;Timeout=5")]
    [InlineData("https://host/x?sig=hunter2&a=b", "https://host/x?sig=<hidden>&a=b")]
    [InlineData("Server=db;Password='hunter2';Timeout=5", "Server=db;Password=<hidden>;Timeout=5")]
    [InlineData("Password='hun;ter''2';Timeout=5", "Password=<hidden>;Timeout=5")]
    [InlineData("Password=\"hunter 2\";Timeout=5", "Password=<hidden>;Timeout=5")]
    [InlineData("Password=hunter two;Timeout=5", "Password=<hidden>;Timeout=5")]
    [InlineData("Password=hunter two", "Password=<hidden>")]
    [InlineData("Password=hun'ter\"2;Timeout=5", "Password=<hidden>;Timeout=5")]
    [InlineData("Password='hunter2", "Password=<hidden>")]
    [InlineData("Password=", "Password=")]
    public void Credentials_in_a_text_are_hidden(string text, string shown) => Assert.Equal(shown, SecretKeys.HideCredentials(text));

    [Theory]
    [InlineData("db.password = hunter2\ncount = ${db.password}")]
    [InlineData("db.password = hunter2\ncount = 1${db.password}")]
    [InlineData("secret = hunter2\nx = ${secret}\ncount = ${x}")]
    [InlineData("count = ${DB_PASSWORD}")]
    public void A_secret_is_not_shown_in_a_fault_about_a_key_that_took_it(string text)
    {
        var reading = Reading.Of(text, ("DB_PASSWORD", "hunter2"));
        new ConfigSection(reading.Root, reading.Root.Place, [], reading.Faults).WholeNumber("count", 1, 10);

        Assert.Contains("count = <hidden>", reading.FaultText, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", reading.FaultText, StringComparison.Ordinal);
    }
}
