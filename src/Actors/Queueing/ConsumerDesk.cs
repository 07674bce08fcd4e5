namespace AkkaPipeline.Queueing;

/// <summary>
/// The consumers: who asks for work, in the order of asking, and how far each one's settlements have been taken.
/// </summary>
internal sealed class ConsumerDesk
{
    private const int RefusalsKept = 64;

    private readonly Dictionary<ConsumerKey, Place> places = [];
    private readonly LinkedList<Place> line = new();

    /// <summary>How many ask and have nothing to do.</summary>
    public int Idle { get; private set; }

    /// <summary>How many hold work or ask for it.</summary>
    public int Active { get; private set; }

    /// <summary>How many consumers of the pool there are.</summary>
    public int Workers { get; private set; }

    public IReadOnlyCollection<Place> Places => places.Values;

    public Place? Find(ConsumerKey consumer) => places.GetValueOrDefault(consumer);

    public Place Know(ConsumerKey consumer)
    {
        if (!places.TryGetValue(consumer, out var place))
        {
            place = new Place(consumer);
            places.Add(consumer, place);
            Workers += consumer.Index == ConsumerKey.FrontEndIndex ? 0 : 1;
        }

        return place;
    }

    /// <summary>Notes a request; false if it is an old or answered one.</summary>
    public bool Ask(Place place, long number, WorkDemand wants)
    {
        if (number <= place.AnsweredRequest || number < place.Request)
        {
            return false;
        }

        place.Request = number;
        place.Wants = wants;
        if (!place.Asks)
        {
            place.Asks = true;
            line.AddLast(place.InLine);
        }

        CountActive(place);

        return true;
    }

    /// <summary>Ends a request without an answer; false if it was answered before.</summary>
    public bool Withdraw(Place place, long number)
    {
        if (number <= place.AnsweredRequest || number < place.Request)
        {
            return false;
        }

        // Withdrawn before it was heard, it is answered when it comes.
        place.Request = number;
        Answered(place);
        return true;
    }

    /// <summary>The first in line, or null.</summary>
    public Place? Next() => line.First?.Value;

    /// <summary>The first consumer of the pool in line, or null.</summary>
    public Place? NextWorker() => line.FirstOrDefault(place => place.Wants.Wait == WaitMode.ForWork);

    public void Answered(Place place)
    {
        place.AnsweredRequest = place.Request;
        StopAsking(place);
    }

    public void Holds(Place place, int grants)
    {
        place.Grants += grants;
        CountActive(place);
    }

    public void Forget(Place place)
    {
        StopAsking(place);
        place.Grants = 0;
        CountActive(place);
        if (places.Remove(place.Key))
        {
            Workers -= place.Key.Index == ConsumerKey.FrontEndIndex ? 0 : 1;
        }
    }

    private void StopAsking(Place place)
    {
        if (place.Asks)
        {
            place.Asks = false;
            line.Remove(place.InLine);
            CountActive(place);
        }
    }

    private void CountActive(Place place)
    {
        var active = place.Asks || place.Grants > 0;
        Active += (active ? 1 : 0) - (place.Active ? 1 : 0);
        place.Active = active;

        var idle = place.Asks && place.Wants.Idle;
        Idle += (idle ? 1 : 0) - (place.Idle ? 1 : 0);
        place.Idle = idle;
    }

    /// <summary>One consumer's standing.</summary>
    internal sealed class Place
    {
        private readonly List<Refusal> refused = [];

        public Place(ConsumerKey key)
        {
            Key = key;
            InLine = new LinkedListNode<Place>(this);
        }

        public ConsumerKey Key { get; }

        public long Request { get; set; }

        public long AnsweredRequest { get; set; }

        public WorkDemand Wants { get; set; }

        public bool Asks { get; set; }

        /// <summary>Its place in the line, while it asks.</summary>
        public LinkedListNode<Place> InLine { get; }

        public bool Active { get; set; }

        public bool Idle { get; set; }

        /// <summary>How many grants it holds.</summary>
        public int Grants { get; set; }

        /// <summary>The grant that answered the last request, to be given again if its message was lost.</summary>
        public InFlightGrant? LastGrant { get; set; }

        /// <summary>Settlements up to this number have been taken.</summary>
        public long SettledUpTo { get; set; }

        public IReadOnlyList<Refusal> Refused => refused;

        public void Refuse(long number, string reason)
        {
            if (refused.Count == RefusalsKept)
            {
                refused.RemoveAt(0);
            }

            refused.Add(new Refusal(number, reason));
        }
    }
}
