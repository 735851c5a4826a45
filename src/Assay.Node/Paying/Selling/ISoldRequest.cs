using Assay.Node.Errors;
using Assay.Node.Keys;
using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Paying;

/// <summary>A request of any dialect that costs something: it can be read, and its caller may ask that model. What it gets isn't planned yet.</summary>
internal interface ISoldRequest
{
    /// <summary>The receipt's leaf <c>request.protocol</c>.</summary>
    string Protocol { get; }

    /// <summary>The model as it was called, without level.</summary>
    string Name { get; }

    /// <summary>What it is listed as, and may be asked for.</summary>
    ModelTerms Terms { get; }

    /// <summary>A line about the model.</summary>
    string Description { get; }

    /// <summary>Who asks.</summary>
    ApiKey Caller { get; }

    /// <summary>The body, byte for byte.</summary>
    ReadOnlyMemory<byte> Body { get; }

    /// <summary>The request as it came: the same question said otherwise has another one.</summary>
    Digest32 Key { get; }

    /// <summary>How long such a request takes, by those before it; null: there were none.</summary>
    double? Milliseconds { get; }

    /// <summary>Whether it came encrypted, so that nobody may learn who asks.</summary>
    bool IsConfidential { get; }

    /// <summary>Whether x402's version 1 can be answered here: its refusals have a body of their own.</summary>
    bool TakesV1 { get; }

    /// <summary>Plans it; null if it can be worked on.</summary>
    /// <param name="sold">Levels of which what is paid decides, if the request names none; null: the request, its key, its model or the node decides.</param>
    /// <param name="work">What there is to do.</param>
    NodeError? Prepare(IReadOnlyList<VerificationLevel>? sold, out ISoldWork? work);
}
