using System.Text.Json;
using Assay.Chat;
using Assay.Node.Attesting;
using Assay.Node.Errors;
using Assay.Node.Http;
using Assay.Node.Keys;
using Assay.Node.Planning;
using Assay.Node.Releasing;
using Assay.Node.Serving;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Chatting;

/// <summary>Decides, before any work, what a request gets: model, level, and how its parameters apply; or refuses it.</summary>
internal sealed class ChatPlanner(NodeOptions options, ChatCatalog catalog, ReleaseGate release, TeeEvidence tee, TimeProvider time)
{
    private const string What = "chat model";

    /// <summary>Reads a request: who asks what of which model.</summary>
    /// <param name="kind">The dialect.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="levelHeader">The header Assay-Verification, or null.</param>
    /// <param name="body">The body.</param>
    /// <param name="begun">The request, when the result is null.</param>
    internal NodeError? TryBegin(ChatKind kind, ApiKey caller, string? levelHeader, ReadOnlyMemory<byte> body, out ChatBegun? begun)
    {
        begun = null;
        (DateTimeOffset received, long began) = (time.GetUtcNow(), time.GetTimestamp());
        if (ChatRequestReader.TryRead(kind, body, out ChatFault? fault) is not { } request)
        {
            return Of(fault!);
        }

        (string name, string? suffix) = InferenceService.SplitName(request.Model);
        if (catalog.Find(name) is not { } model)
        {
            return ModelRefusals.Unknown(What, name, catalog.Models.Where(m => caller.MayCall(m.Terms.Name, m.Backend.Info.Model)).Select(static m => m.Terms.Name)) with { Param = "model" };
        }

        if (Refuse(model, caller, request) is { } refused)
        {
            return refused;
        }

        LevelRequest wish;
        if (request.Verification is { ValueKind: JsonValueKind.Object } written)
        {
            if (OipRequest.ReadPolicy(written, out NodeError? unreadable) is not { } policy)
            {
                return unreadable! with { Param = "verification" };
            }

            wish = new LevelRequest(null, levelHeader, suffix, policy);
        }
        else if (request.Verification is { ValueKind: not JsonValueKind.String })
        {
            return new NodeError(400, "verification_unknown", "'verification' must be a level or a policy.", "Levels are signed, replay, tee, zk; join them by '+'.") { Param = "verification" };
        }
        else
        {
            wish = new LevelRequest(request.Verification?.GetString(), levelHeader, suffix);
        }

        begun = new ChatBegun { Caller = caller, Model = model, Name = name, Request = request, Wish = wish, Received = received, Began = began };
        return null;
    }

    /// <summary>Plans it: at which level, and how its parameters apply.</summary>
    /// <param name="begun">The request.</param>
    /// <param name="sold">Levels of which what is paid decides, if the request names none; null: the request, its key, its model or the node decides.</param>
    /// <param name="prepared">What there is to do, when the result is null.</param>
    internal NodeError? Prepare(ChatBegun begun, IReadOnlyList<VerificationLevel>? sold, out ChatPrepared? prepared)
    {
        prepared = null;
        (ChatModel model, ChatKind kind) = (begun.Model, begun.Request.Kind);
        PolicyCapabilities sources = release.CapabilitiesFor(new AnswerSource(null, model.RunsHere));
        if (Planner.TryPlanAny(begun.Wish, begun.IsLevelOpen ? sold : null, begun.Caller, tee.TermsOf(model.Terms), options.DefaultLevel, sources, out IReadOnlyList<Plan> plans) is { } unmet)
        {
            return unmet.Code == "verification_unsatisfiable" ? unmet with { MedianMilliseconds = model.Times.MedianMilliseconds } : unmet;
        }

        if (model.Backend.Plan(begun.Request, out ChatFault? fault) is not { } applied)
        {
            return Of(fault!);
        }

        int choices = new ChatPrepared(begun, applied, plans).Choices;
        if (choices > (kind == ChatKind.Embedding ? TensorValue.MaxCount : ChatLimits.Choices))
        {
            return Of(new ChatFault(ChatCodes.TooLong, $"{choices} answers to one request; at most {ChatLimits.Choices}, or {TensorValue.MaxCount} vectors, fit into a receipt.", kind == ChatKind.Chat ? "n" : kind == ChatKind.Completion ? "prompt" : "input"));
        }

        if (AnswerLimits.Apply(applied, model, choices, out fault) is not { } limited)
        {
            return Of(fault!);
        }

        if (AppliedParameters.TryRead(kind, limited.Sampling) is null)
        {
            // A receipt that verifiers can't read would speak against the node that was right.
            return Of(new ChatFault(ChatCodes.TooLong, "The parameters are longer than a receipt holds: shorten 'stop' or 'logit_bias'."));
        }

        prepared = new ChatPrepared(begun, limited, plans);
        return null;
    }

    private static NodeError Of(ChatFault fault) => new(400, fault.Code, fault.Message) { Param = fault.Param };

    private NodeError? Refuse(ChatModel model, ApiKey caller, ChatRequest request)
    {
        string name = model.Terms.Name;
        if (ModelRefusals.NotAllowed(What, caller, (name, model.Backend.Info.Model), catalog.Models.Select(static m => (m.Terms.Name, m.Backend.Info.Model))) is { } forbidden)
        {
            return forbidden with { Param = "model" };
        }

        if (!model.Backend.Info.Kinds.Contains(request.Kind))
        {
            return new NodeError(400, "chat/endpoint", $"'{name}' doesn't answer here.", $"It answers {string.Join(", ", model.Backend.Info.Kinds.Order().Select(ChatAddresses.Of))}.") { Param = "model" };
        }

        return request.Body.Length > model.Limits.BodyBytes
            ? new NodeError(413, "body_too_large", $"The body is longer than the {model.Limits.BodyBytes} bytes that '{name}' takes.", "Send less.")
            : request is { Kind: ChatKind.Embedding, IsStream: true }
            ? Of(new ChatFault(ChatCodes.Unsupported, "Embeddings aren't streamed.", "stream"))
            : null;
    }
}
