using System.Reflection;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace AkkaPipeline.Hosting;

/// <summary>How classes are registered in the host, and which of them can never be made.</summary>
internal sealed class RegisteredClasses(IServiceCollection services)
{
    private static readonly Type[] ServedWithoutName = [typeof(OnlyQueue<>), typeof(OnlyPipeline<>), typeof(OnlyActor<>)];

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
        let faults = type.GetConstructors().Select(constructor => FaultOf(constructor, pipelines)).ToArray()
        where faults.Length > 0 && faults.All(fault => fault is not null)
        select $"{HostedPipelines.TypeName(type)} asks for {faults[0]}";

    /// <returns>What it asks for without a name, and which there are; null: nothing of which there are several.</returns>
    private string? FaultOf(ConstructorInfo constructor, HostedPipelines pipelines)
    {
        foreach (var parameter in constructor.GetParameters())
        {
            if (PipelineKey(parameter) is { } key && pipelines.SeveralOf(key) is { } several)
            {
                return $"{HostedPipelines.TypeName(parameter.ParameterType)} without a name. {several}";
            }
        }

        return null;
    }

    /// <summary>The key of the pipeline that is asked for without a name; null: something else is asked for.</summary>
    private Type? PipelineKey(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (!type.IsConstructedGenericType
            || parameter.IsDefined(typeof(FromKeyedServicesAttribute))
            || Serving(type)?.ImplementationType is not { IsGenericType: true } serving
            || !ServedWithoutName.Contains(serving.GetGenericTypeDefinition()))
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
