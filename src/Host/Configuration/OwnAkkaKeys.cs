using AkkaPipeline.Configuring;

namespace AkkaPipeline.Host.Configuration;

/// <summary>
/// Refuses the switches of Akka's that go against the program: it ends the actor system and the process itself, and shows no
/// secrets.
/// </summary>
internal static class OwnAkkaKeys
{
    private const string EndsItself = "the program ends the actor system and the process itself; leave it off";

    private static readonly (string[] Section, string Key, string Why)[] Switches =
    [
        (["akka", "coordinated-shutdown"], "exit-clr", $"would end the process with status 0 before the account is told; {EndsItself}"),
        (["akka", "coordinated-shutdown"], "run-by-clr-shutdown-hook", $"would hold up a second signal; {EndsItself}"),
        (["akka"], "log-config-on-start", "would show the whole configuration, secrets too; leave it off"),
    ];

    private static readonly string[] Off = ["off", "false", "no"];

    public static void Check(ConfigObject root, ConfigFaults faults)
    {
        foreach ((string[] path, string key, string why) in Switches)
        {
            if (root.ObjectAt(path)?.TryGet(key, out ConfigField? field) != true
                || field!.Value is not ConfigScalar { IsNull: false, IsBroken: false } value
                || Off.Contains(value.Text, StringComparer.OrdinalIgnoreCase))
            {
                continue;
            }

            var section = new ConfigSection(root, root.Place, [], faults);
            path.Aggregate(section, (around, name) => around.Section(name)).Report(key, why);
        }
    }
}
