using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Receipts;

/// <summary>Which property of <see cref="ClaimValues"/> is the value of which leaf, and how values are written.</summary>
internal static class ClaimEncoding
{
    // By the leaf's index. Each writes exactly one item.
    private static readonly Action<CborWriter, ClaimValues>[] Writers = BuildWriters();

    public static void WriteValue(CborWriter writer, ClaimField field, ClaimValues values) => Writers[field.Index](writer, values);

    private static Action<CborWriter, ClaimValues>[] BuildWriters()
    {
        Action<CborWriter, ClaimValues>[] writers = new Action<CborWriter, ClaimValues>[ClaimRegistry.Fields.Count];
        void Add(ClaimField field, Action<CborWriter, ClaimValues> write) => writers[field.Index] = write;

        Add(ClaimRegistry.RequestProtocol, static (w, v) => Text(w, v.RequestProtocol));
        Add(ClaimRegistry.RequestWireDigest, static (w, v) => Digest(w, v.RequestWireDigest));
        Add(ClaimRegistry.RequestInputs, static (w, v) => Tensors(w, v.RequestInputs));
        Add(ClaimRegistry.RequestSystemPrompt, static (w, v) => Digest(w, v.RequestSystemPrompt));
        Add(ClaimRegistry.RequestMessages, static (w, v) => Digests(w, v.RequestMessages));
        Add(ClaimRegistry.RequestAttachments, static (w, v) => Digests(w, v.RequestAttachments));
        Add(ClaimRegistry.RequestTools, static (w, v) => Digest(w, v.RequestTools));
        Add(ClaimRegistry.RequestResponseFormat, static (w, v) => Text(w, v.RequestResponseFormat));
        Add(ClaimRegistry.RequestSampling, static (w, v) => Text(w, v.RequestSampling));
        Add(ClaimRegistry.RequestSeed, static (w, v) => UInt(w, v.RequestSeed));
        Add(ClaimRegistry.RequestClientNonce, static (w, v) => Bytes(w, v.RequestClientNonce));
        Add(ClaimRegistry.RequestPolicy, static (w, v) => Text(w, v.RequestPolicy.Text));
        Add(ClaimRegistry.RequestLevelSource, static (w, v) => Text(w, LevelSources.Text(v.RequestLevelSource)));
        Add(ClaimRegistry.RequestMutations, static (w, v) => Texts(w, v.RequestMutations));
        Add(ClaimRegistry.ModelName, static (w, v) => Text(w, v.ModelName));
        Add(ClaimRegistry.ModelModelId, static (w, v) => Digest(w, v.ModelModelId?.Value));
        Add(ClaimRegistry.ModelTokenizer, static (w, v) => Digest(w, v.ModelTokenizer));
        Add(ClaimRegistry.ModelTemplate, static (w, v) => Digest(w, v.ModelTemplate));
        Add(ClaimRegistry.ModelStatement, static (w, v) => Digest(w, v.ModelStatement));
        Add(ClaimRegistry.ExecutionBackend, static (w, v) => Text(w, v.ExecutionBackend));
        Add(ClaimRegistry.ExecutionSemantics, static (w, v) => Text(w, v.ExecutionSemantics));
        Add(ClaimRegistry.ExecutionInstructionSet, static (w, v) => Text(w, v.ExecutionInstructionSet));
        Add(ClaimRegistry.ExecutionCache, static (w, v) => Text(w, v.ExecutionCache));
        Add(ClaimRegistry.ExecutionSaturated, static (w, v) => UInt(w, v.ExecutionSaturated));
        Add(ClaimRegistry.OutputWireDigest, static (w, v) => Digest(w, v.OutputWireDigest));
        Add(ClaimRegistry.OutputParts, static (w, v) => UInt(w, v.OutputParts));
        Add(ClaimRegistry.OutputToolCalls, static (w, v) => Digest(w, v.OutputToolCalls));
        Add(ClaimRegistry.OutputLogprobs, static (w, v) => Digest(w, v.OutputLogprobs));
        Add(ClaimRegistry.OutputFinishReason, static (w, v) => Texts(w, v.OutputFinishReason));
        Add(ClaimRegistry.OutputUsage, static (w, v) => Text(w, v.OutputUsage));
        Add(ClaimRegistry.TimeReceived, static (w, v) => UInt(w, v.TimeReceived));
        Add(ClaimRegistry.TimeStarted, static (w, v) => UInt(w, v.TimeStarted));
        Add(ClaimRegistry.TimeFinished, static (w, v) => UInt(w, v.TimeFinished));
        Add(ClaimRegistry.PartiesNode, static (w, v) => Text(w, v.PartiesNode));
        Add(ClaimRegistry.PartiesApiKey, static (w, v) => Text(w, v.PartiesApiKey));
        Add(ClaimRegistry.PartiesGateway, static (w, v) => Text(w, v.PartiesGateway));
        Add(ClaimRegistry.PaymentOffer, static (w, v) => Text(w, v.PaymentOffer));
        Add(ClaimRegistry.PaymentPayload, static (w, v) => Text(w, v.PaymentPayload));
        Add(ClaimRegistry.PaymentPrice, static (w, v) => Text(w, v.PaymentPrice));
        Add(ClaimRegistry.LineageRelation, static (w, v) => Text(w, v.LineageRelation));
        Add(ClaimRegistry.LineageReceipts, static (w, v) => Digests(w, v.LineageReceipts));
        return writers;
    }

    private static void Text(CborWriter writer, string? value)
    {
        if (value is null)
        {
            writer.WriteNull();
        }
        else
        {
            writer.WriteText(value);
        }
    }

    private static void Digest(CborWriter writer, Digest32? value)
    {
        if (value is { } digest)
        {
            writer.WriteBytes(digest.Bytes);
        }
        else
        {
            writer.WriteNull();
        }
    }

    private static void Bytes(CborWriter writer, ReadOnlyMemory<byte>? value)
    {
        if (value is { } bytes)
        {
            writer.WriteBytes(bytes.Span);
        }
        else
        {
            writer.WriteNull();
        }
    }

    private static void UInt(CborWriter writer, ulong? value)
    {
        if (value is { } number)
        {
            writer.WriteUInt(number);
        }
        else
        {
            writer.WriteNull();
        }
    }

    private static void Texts(CborWriter writer, IReadOnlyList<string>? value)
    {
        if (value is null)
        {
            writer.WriteNull();
            return;
        }

        writer.WriteArrayHeader(value.Count);
        foreach (string text in value)
        {
            writer.WriteText(text);
        }
    }

    private static void Digests(CborWriter writer, IReadOnlyList<Digest32>? value)
    {
        if (value is null)
        {
            writer.WriteNull();
            return;
        }

        writer.WriteArrayHeader(value.Count);
        foreach (Digest32 digest in value)
        {
            writer.WriteBytes(digest.Bytes);
        }
    }

    private static void Tensors(CborWriter writer, IReadOnlyList<TensorValue>? value)
    {
        if (value is null)
        {
            writer.WriteNull();
            return;
        }

        TensorValue.WriteAll(writer, value);
    }
}
