namespace AkkaPipeline.Consuming;

/// <summary>What a delivery was cut from: the grant that knows its items' numbers.</summary>
internal interface IDeliveryOrigin
{
    string IdAt(int index);

    long SequenceAt(int index);

    int AttemptAt(int index);
}
