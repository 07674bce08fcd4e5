namespace AkkaPipeline.Tests.Simulation;

/// <summary>What must be true once a pipeline has ended.</summary>
internal static class Closing
{
    public static void Check(Simulation simulation)
    {
        var (books, plan, coordinator) = (simulation.Books, simulation.Plan, simulation.Coordinator);
        var counts = coordinator.Counts!.Value;
        if (simulation.Trace.QueueCrashed)
        {
            books.Rule(
                coordinator.Outcome == PipelineOutcome.Failed || coordinator.HasJoined || books.Released,
                $"the queue died, and it ended as {coordinator.Outcome}");
            return;
        }

        books.Rule(
            counts.Accepted == counts.Acked + counts.DeadLettered + counts.Dropped + counts.Released,
            $"the settlement does not add up: {counts}");
        books.Rule(
            counts with { Refused = 0 } == simulation.Queue.Counts with { Refused = 0 },
            $"the settlement says {counts}, the queue had {simulation.Queue.Counts} at last");
        books.Rule(
            coordinator.Outcome != PipelineOutcome.Completed || counts.Released == 0,
            $"it ended as {coordinator.Outcome} with {counts.Released} items released");
        if (coordinator.HasJoined && !books.Released)
        {
            var put = books.Entries.Count(entry => entry.Producer.Index == plan.Producers);
            books.Rule(
                put == simulation.FrontEnd.Confirmed,
                $"{simulation.FrontEnd.Confirmed} puts were confirmed, {put} were accepted, and it ended as if all were");
        }

        books.Rule(
            simulation.Pool.IsDead || coordinator.ResizesOpen == 0, $"{coordinator.ResizesOpen} resizes were never answered");
        if (plan.Calm && coordinator.Outcome == PipelineOutcome.Completed)
        {
            var fromSources = books.Entries.Count(entry => entry.Producer.Index < plan.Producers);
            books.Rule(fromSources == plan.Items, $"{fromSources} of {plan.Items} items were accepted");
            books.Rule(books.Entries.All(entry => entry.Executions == 1), "an item did not run exactly once");
        }
    }
}
