using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;

namespace AkkaPipeline.Tests.Scenarios;

/// <summary>A logger that reads all of what it is told, as loggers do, and keeps none of it.</summary>
internal sealed class ReadingLog : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    protected override bool Receive(object message)
    {
        if (message is InitializeLogger)
        {
            Sender.Tell(new LoggerInitialized());
        }

        return message is not null && message.ToString() is not null;
    }
}
