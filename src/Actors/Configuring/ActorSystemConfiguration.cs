using Akka.Actor;

namespace AkkaPipeline.Configuring;

/// <summary>
/// The library's part of an actor system's HOCON: what its user wrote under <c>akka-pipeline</c>. reference.conf is put below
/// the system's configuration, so that whoever looks there finds every key.
/// </summary>
internal sealed class ActorSystemConfiguration : IExtension
{
    private static readonly ConfigFile File = new("the actor system's HOCON", FullPath: null);

    private ActorSystemConfiguration(ConfigObject written) => Written = written;

    /// <summary>What is under <c>akka-pipeline</c>, reference.conf not included.</summary>
    public ConfigObject Written { get; }

    public static ActorSystemConfiguration Of(ActorSystem system) => system.WithExtension<ActorSystemConfiguration, Provider>();

    private sealed class Provider : ExtensionIdProvider<ActorSystemConfiguration>
    {
        public override ActorSystemConfiguration CreateExtension(ExtendedActorSystem system)
        {
            ConfigObject written = AkkaConfiguration.Read(system.Settings.Config, ReferenceConfiguration.RootKey, File);
            system.Settings.InjectTopLevelFallback(AkkaConfiguration.Under(ReferenceConfiguration.RootKey, ReferenceConfiguration.Values));
            return new ActorSystemConfiguration(written);
        }
    }
}
