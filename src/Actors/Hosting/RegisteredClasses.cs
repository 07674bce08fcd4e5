using System.Reflection;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace AkkaPipeline.Hosting;

/// <summary>How classes are registered in the host.</summary>
internal sealed class RegisteredClasses(IServiceCollection services)
{
    private static readonly Type[] Found = [typeof(OnlyQueue<>), typeof(OnlyPipeline<>), typeof(OnlyActor<>)];

    /// <returns>Null: it is not registered.</returns>
    public ServiceLifetime? LifetimeOf(Type type) => Serving(type)?.Lifetime;

    /// <summary>
    /// For each class that can never be made, since it asks for one of several pipelines without a name, what is wrong with it:
    /// so it is told at the start, and not when the class is first asked for.
    /// </summary>
    public IEnumerable<string> AskingInVain(HostedPipelines pipelines) =>
        from service in services
        let type = service.IsKeyedService ? service.KeyedImplementationType : service.ImplementationType
        where type is { ContainsGenericParameters: false }
        let constructors = type.GetConstructors()
        let asked = constructors.Select(constructor => constructor.GetParameters().FirstOrDefault(
            parameter => PipelineKey(parameter) is { } key && pipelines.SeveralOf(key) is not null)).ToArray()
        where asked.Length > 0 && asked.All(parameter => parameter is not null)
        select $"{HostedPipelines.TypeName(type)} asks for {HostedPipelines.TypeName(asked[0]!.ParameterType)} without a name. "
            + pipelines.SeveralOf(PipelineKey(asked[0]!)!);

    /// <summary>The key of the pipeline that is asked for without a name; null: something else is asked for.</summary>
    private Type? PipelineKey(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (!type.IsConstructedGenericType
            || parameter.IsDefined(typeof(FromKeyedServicesAttribute))
            || Serving(type)?.ImplementationType is not { IsGenericType: true } serving
            || !Found.Contains(serving.GetGenericTypeDefinition()))
        {
            return null;
        }

        var argument = type.GenericTypeArguments[0];
        return type.GetGenericTypeDefinition() == typeof(IRequiredActor<>) ? argument : typeof(RunningPipeline<>).MakeGenericType(argument);
    }

    private ServiceDescriptor? Serving(Type type) =>
        Registered(type) ?? (type.IsConstructedGenericType ? Registered(type.GetGenericTypeDefinition()) : null);

    private ServiceDescriptor? Registered(Type type) =>
        services.LastOrDefault(service => service.ServiceType == type && !service.IsKeyedService);
}
