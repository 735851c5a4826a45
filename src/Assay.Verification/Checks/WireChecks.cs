using Assay.Chat;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>The checks of what the caller sent and received: the model it called, the bytes' digests, and the tensors in them.</summary>
internal static class WireChecks
{
    private delegate IReadOnlyList<TensorValue>? TensorReader(ReadOnlySpan<byte> body, out string? error);

    public static void Run(Bundle bundle, VerificationInput input, CheckTable checks)
    {
        ReadOnlyMemory<byte>? request = Bytes(bundle, input.RequestBytes, ClaimRegistry.RequestWireDigest);
        ReadOnlyMemory<byte>? response = Bytes(bundle, input.ResponseBytes, ClaimRegistry.OutputWireDigest);
        Wire(CheckCodes.RequestWire, bundle, request, ClaimRegistry.RequestWireDigest, checks);
        Wire(CheckCodes.ResponseWire, bundle, response, ClaimRegistry.OutputWireDigest, checks);
        UpstreamChecks.Run(bundle.Claims, checks);
        if (ChatRequest.KindOf(bundle.Claims.Text(ClaimRegistry.RequestProtocol)) is { } kind)
        {
            ChatRequest? asked = request is { } body ? ChatRequestReader.TryRead(kind, body, out _) : null;
            Model(bundle.Claims, asked is null ? [input.CalledModel] : [input.CalledModel, ChatNames.Model(asked)], checks);
            ChatRequestChecks.Run(bundle, request, asked, checks);
            Level(bundle, request is null ? DetailCodes.NoWireBytes : DetailCodes.Unreadable, asked is null ? null : ChatNames.Levels(asked), checks);
            ChatResponseChecks.Run(bundle, kind, response, checks);
            return;
        }

        Model(bundle.Claims, [input.CalledModel], checks);
        Tensors(
            CheckCodes.RequestInputs,
            bundle,
            request,
            bundle.Claims.State(ClaimRegistry.RequestInputs),
            bundle.Claims.Tensors(ClaimRegistry.RequestInputs),
            OipTensorReader.TryReadRequest,
            checks);

        OipLevel(bundle, request, checks);

        IReadOnlyList<TensorValue>? parts = bundle.Output.AllParts;
        Tensors(
            CheckCodes.ResponseOutputs,
            bundle,
            response,
            parts is null ? LeafState.Redacted : LeafState.Disclosed,
            parts,
            OipTensorReader.TryReadResponse,
            checks);
    }

    // As the caller says that it called it, and as the body of a chat does.
    private static void Model(DisclosedClaims claims, IEnumerable<string?> said, CheckTable checks)
    {
        string? name = claims.Text(ClaimRegistry.ModelName);
        string? id = claims.Digest(ClaimRegistry.ModelModelId)?.ToString();
        IReadOnlyList<string> called = [.. said.OfType<string>()];
        if (called.Count == 0)
        {
            checks.Skip(CheckCodes.RequestModel, DetailCodes.ModelNotGiven);
        }
        else if (called.All(text => text == (IsModelId(text) ? id : name)))
        {
            checks.Pass(CheckCodes.RequestModel);
        }
        else if (claims.State(ClaimRegistry.ModelName) == LeafState.Redacted || claims.State(ClaimRegistry.ModelModelId) == LeafState.Redacted)
        {
            checks.Skip(CheckCodes.RequestModel, DetailCodes.Redacted);
        }
        else if (name is null && id is null)
        {
            checks.Skip(CheckCodes.RequestModel, DetailCodes.Absent);
        }
        else
        {
            checks.Fail(CheckCodes.RequestModel, DetailCodes.ModelDiffers);
        }
    }

    // Who calls by id pins the model: a name that looks like an id is not it.
    private static bool IsModelId(string called) => called.Length == 2 * Digest32.Size && called.All(char.IsAsciiHexDigitLower);

    private static ReadOnlyMemory<byte>? Bytes(Bundle bundle, ReadOnlyMemory<byte>? given, ClaimField digestField) =>
        given ?? (bundle.Claims.Digest(digestField) is { } digest ? bundle.FindAttachment(digest)?.Content : null);

    private static void Wire(string code, Bundle bundle, ReadOnlyMemory<byte>? bytes, ClaimField digestField, CheckTable checks)
    {
        if (bundle.Claims.Digest(digestField) is not { } digest)
        {
            checks.Skip(code, Missing(bundle.Claims.State(digestField)));
        }
        else if (bytes is not { } content)
        {
            checks.Skip(code, DetailCodes.NoWireBytes);
        }
        else
        {
            checks.Set(code, Digest32.Sha256(content.Span) == digest ? null : DetailCodes.WireDigestDiffers);
        }
    }

    private static void Tensors(
        string code,
        Bundle bundle,
        ReadOnlyMemory<byte>? bytes,
        LeafState state,
        IReadOnlyList<TensorValue>? stated,
        TensorReader read,
        CheckTable checks)
    {
        if (bytes is not { } content)
        {
            checks.Skip(code, DetailCodes.NoWireBytes);
        }
        else if (bundle.Claims.Text(ClaimRegistry.RequestProtocol) is not { } protocol)
        {
            checks.Skip(code, Missing(bundle.Claims.State(ClaimRegistry.RequestProtocol)));
        }
        else if (protocol != WellKnown.OpenInferenceV2)
        {
            checks.Skip(code, DetailCodes.WireProtocolUnknown);
        }
        else if (stated is null)
        {
            checks.Skip(code, Missing(state));
        }
        else if (read(content.Span, out string? error) is { } found)
        {
            checks.Set(code, TensorValue.AllSame(found, stated) ? null : DetailCodes.WireTensorsDiffer);
        }
        else if (error == OipErrors.Datatype)
        {
            checks.Skip(code, error);
        }
        else
        {
            checks.Fail(code, error!);
        }
    }

    private static void OipLevel(Bundle bundle, ReadOnlyMemory<byte>? bytes, CheckTable checks)
    {
        const string Code = CheckCodes.RequestLevel;
        if (bytes is not { } content)
        {
            checks.Skip(Code, DetailCodes.NoWireBytes);
        }
        else if (bundle.Claims.Text(ClaimRegistry.RequestProtocol) is not { } protocol)
        {
            checks.Skip(Code, Missing(bundle.Claims.State(ClaimRegistry.RequestProtocol)));
        }
        else if (protocol != WellKnown.OpenInferenceV2)
        {
            checks.Skip(Code, DetailCodes.WireProtocolUnknown);
        }
        else
        {
            Level(bundle, DetailCodes.Unreadable, OipLevelReader.TryRead(content.Span), checks);
        }
    }

    // A request is answered under the level that it names, or refused: a minimum of the key or the model only ever refuses.
    private static void Level(Bundle bundle, string ifUnknown, IReadOnlyList<NamedPolicy>? named, CheckTable checks)
    {
        const string Code = CheckCodes.RequestLevel;
        if (named is null)
        {
            checks.Skip(Code, ifUnknown);
        }
        else if (named.Any(said => said.IsName && said.Policy?.Digest != bundle.Envelope.Statement.Policy))
        {
            checks.Fail(Code, DetailCodes.LevelDiffers);
        }
        else if (named.Count == 0 || named.Any(static said => !said.IsName))
        {
            checks.Skip(Code, named.Count == 0 ? DetailCodes.LevelNotNamed : DetailCodes.LevelNotAName);
        }
        else
        {
            checks.Pass(Code);
        }
    }

    private static string Missing(LeafState state) => state == LeafState.Redacted ? DetailCodes.Redacted : DetailCodes.Absent;
}
