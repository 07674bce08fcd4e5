using System.Globalization;
using AkkaPipeline.Queueing;
using AkkaPipeline.Queueing.Orders;
using AkkaPipeline.Sinking;

namespace AkkaPipeline;

/// <content>What happens to items that fail, the order by key, rates and rules for halting.</content>
public sealed partial class PipelineBuilder<T>
{
    private readonly List<HaltRule> halts = [];
    private RetryPolicy? retry;
    private Func<Exception, Delivery<T>, FailureOutcome>? failureRule;
    private Func<bool>? failsInVain;
    private Func<T, string>? keyOf;
    private KeyFailure? keyFailure;
    private Rate? rate;
    private Rate? ratePerKey;

    /// <summary>
    /// Tries failed items again. Without this an item has one attempt. An item between two attempts is scheduled, keeps its
    /// sequence number, and its place where there is an order by key.
    /// </summary>
    /// <param name="policy">How often, when, after which exceptions.</param>
    public PipelineBuilder<T> Retry(RetryPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        retry = policy;
        return this;
    }

    /// <summary>Tries failed items again, unless they failed with an exception about an argument or a format.</summary>
    /// <param name="maxAttempts">Attempts in all, the first one included; at least 1.</param>
    /// <param name="backoff">The waits. Default: exponential from 1 s to 2 min, with full jitter.</param>
    public PipelineBuilder<T> Retry(int maxAttempts, RetryBackoff? backoff = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxAttempts, 1);
        return Retry(new RetryPolicy { MaxAttempts = maxAttempts, Backoff = backoff ?? RetryPolicy.Default.Backoff });
    }

    /// <summary>
    /// Sets a rule for failures of one's own: it is asked what becomes of an item whose attempt has thrown, before the retry
    /// policy. It cannot make a failure a success; where it throws, the policy decides, and the log says so once. Called by
    /// many consumers at a time. Of a write that an order by key repeats in its place it is asked after the repetitions.
    /// </summary>
    public PipelineBuilder<T> OnFailure(Func<Exception, Delivery<T>, FailureOutcome> rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        failureRule = rule;
        return this;
    }

    /// <summary>
    /// Keeps an order by key: items of one key are worked on one at a time and in the order in which they were put, also
    /// across retries; other keys flow on, however slow one is. It goes with the first-in-first-out order and with
    /// priorities, by which keys are then chosen.
    /// </summary>
    /// <typeparam name="TKey">A string, or what has a text of its own that does not depend on the culture: numbers, Guid, dates, enums.</typeparam>
    /// <param name="key">An item's key, not null; read once, when the item is put. Where it throws, or the key is null, the put
    /// throws that, and of a source's item the source fails: the item was never accepted.</param>
    /// <param name="onFailure">What happens to a key when one of its items has become a dead letter. Null: what configuration
    /// says under <c>in-order-by</c>, skip by <c>reference.conf</c>.</param>
    public PipelineBuilder<T> InOrderBy<TKey>(Func<T, TKey> key, KeyFailure? onFailure = null)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(key);
        keyOf = TextOf(key);
        keyFailure = onFailure is not { } failure || Enum.IsDefined(failure)
            ? onFailure
            : throw new ArgumentOutOfRangeException(nameof(onFailure), onFailure, "It is none of Halt, Park and Skip.");
        return this;
    }

    /// <summary>
    /// Limits how many items are given to consumers in a while; what is handed back unstarted counts again. It can be changed
    /// while the pipeline runs.
    /// </summary>
    /// <param name="items">The rate; for the whole pipeline.</param>
    public PipelineBuilder<T> RateLimit(Rate items)
    {
        rate = items;
        return this;
    }

    /// <summary>Limits how many items of each key are started in a while; needs <see cref="InOrderBy"/>.</summary>
    /// <param name="items">The rate; of each key for itself.</param>
    public PipelineBuilder<T> RateLimitPerKey(Rate items)
    {
        ratePerKey = items;
        return this;
    }

    /// <summary>
    /// Ends the pipeline when a rule is met, instead of those that configuration says: soon (nothing more is started, what runs finishes) or now (what runs is
    /// cancelled). What is left is released; the outcome is <see cref="PipelineOutcome.Halted"/>. Every rule counts; can be
    /// changed while the pipeline runs.
    /// </summary>
    public PipelineBuilder<T> HaltWhen(params IReadOnlyList<HaltRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        halts.AddRange(rules);
        return this;
    }

    /// <summary>
    /// Hands items that have failed back, whatever the rules say, while what consumers work with is gone: then failures say
    /// nothing about items.
    /// </summary>
    internal void ReleasesFailuresWhile(Func<bool> isGone) => failsInVain = isGone;

    private Func<Exception, Delivery<T>, FailureOutcome>? Rule() => failsInVain is not { } inVain
        ? failureRule
        : (thrown, delivery) => inVain() ? FailureOutcome.Release : failureRule?.Invoke(thrown, delivery) ?? FailureOutcome.ByPolicy;

    private static Func<T, string> TextOf<TKey>(Func<T, TKey> key)
        where TKey : notnull
    {
        if (key is Func<T, string> text)
        {
            return text;
        }

        return typeof(IFormattable).IsAssignableFrom(typeof(TKey))
            ? item => ((IFormattable)key(item)).ToString(null, CultureInfo.InvariantCulture)
            : throw new ArgumentException(
                $"A key of type {typeof(TKey).Name} has no text that is its own and stays the same: use a string, a number, a "
                + "Guid, a date or an enum, or make a string of it.",
                nameof(key));
    }

    /// <summary>What is written in order by key is written again before anything may overtake it.</summary>
    private RepeatsInPlace? Repeats() => keyOf is not null && retry is { } policy
        ? new RepeatsInPlace(policy.MaxAttempts, failures => policy.Backoff.After(failures, Random.Shared))
        : null;

    private KeyOrderSettings? KeySettings()
    {
        if (keyOf is null)
        {
            return ratePerKey is null
                ? null
                : throw new InvalidOperationException($"{name} has a rate for each key and no keys: call InOrderBy(…) too.");
        }

        if (!order.GoesWithKeys)
        {
            throw new InvalidOperationException(
                $"{name} has an order by key and a last-in-first-out order: of one key the oldest comes first. Drop one of them.");
        }

        KeyFailure onFailure = keyFailure ?? configured?.OnKeyFailure ?? KeyFailure.Skip;
        return new KeyOrderSettings
        {
            OnFailure = onFailure,
            Rate = ratePerKey,
            ByPriority = order.PriorityOf is not null,

            // Where a failed item stops its key, or is tried again, nothing of the key may have been written after it.
            RunMax = emits && (onFailure != KeyFailure.Skip || retry is not null || failureRule is not null) ? 1 : Chunk.ItemsMax,
        };
    }
}
