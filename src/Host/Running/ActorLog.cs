using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;

namespace AkkaPipeline.Host.Running;

/// <summary>Akka's log on stderr: the message alone, where Akka's text has time, thread, path and every stack trace in it.</summary>
internal sealed class ActorLog : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent told:
                StandardErrorLog.Write(NameOf(told.LogLevel()), told.Message.ToString(), told.Cause);
                return true;
            default:
                return false;
        }
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.ErrorLevel => "error",
        LogLevel.WarningLevel => "warning",
        _ => "note",
    };
}
