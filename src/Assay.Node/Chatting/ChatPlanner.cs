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
            return UnknownModel(name);
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

        if (model.Backend.Plan(begun.Request, out ChatFault? fault) is not { } applied || Limit(applied, model.Limits, out fault) is not { } limited)
        {
            return Of(fault!);
        }

        if (AppliedParameters.TryRead(kind, limited.Sampling) is null)
        {
            // A receipt that verifiers can't read would speak against the node that was right.
            return Of(new ChatFault(ChatCodes.TooLong, "The parameters are longer than a receipt holds: shorten 'stop' or 'logit_bias'."));
        }

        prepared = new ChatPrepared(begun, limited, plans);
        int choices = prepared.Choices;
        return choices <= (kind == ChatKind.Embedding ? TensorValue.MaxCount : ChatLimits.Choices)
            ? null
            : Of(new ChatFault(ChatCodes.TooLong, $"{choices} answers to one request; at most {ChatLimits.Choices}, or {TensorValue.MaxCount} vectors, fit into a receipt.", kind == ChatKind.Chat ? "n" : kind == ChatKind.Completion ? "prompt" : "input"));
    }

    private static NodeError Of(ChatFault fault) => new(400, fault.Code, fault.Message) { Param = fault.Param };

    private NodeError? Refuse(ChatModel model, ApiKey caller, ChatRequest request)
    {
        string name = model.Terms.Name;
        if (!caller.MayCall(name, model.Backend.Info.Model))
        {
            string[] allowed = [.. catalog.Models.Where(m => caller.MayCall(m.Terms.Name, m.Backend.Info.Model)).Select(static m => m.Terms.Name)];
            return new NodeError(403, "model_not_allowed", $"Your API key may not call '{name}'.", allowed.Length == 0 ? "It may call none of this node's chat models; ask the operator." : $"It may call: {string.Join(", ", allowed)}.")
            {
                Alternatives = allowed,
                Param = "model",
            };
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

    private NodeError UnknownModel(string name)
    {
        string shown = name.Length <= 60 ? name : name[..60] + "...";
        return new NodeError(404, "model_not_found", $"There is no chat model '{shown}' here.", catalog.Nearest(name) is { } nearest ? $"Did you mean '{nearest}'?" : "GET /v1/models lists them.") { Param = "model" };
    }

    // What the operator allows at most is the node's choice, and the receipt says so.
    private static ChatPlan? Limit(ChatPlan plan, ChatModelLimits limits, out ChatFault? fault)
    {
        fault = null;
        if (limits.OutputTokens is not { } most || plan.Request.Kind == ChatKind.Embedding || plan.Applied.MaxTokens <= most)
        {
            return plan;
        }

        if (plan.Request.Parameters.MaxTokens is { } asked)
        {
            fault = new ChatFault(ChatCodes.TooLong, $"{asked} tokens are more than this model may answer with: at most {most}.", "max_tokens");
            return null;
        }

        const string Own = "defaulted max_tokens ";
        List<string> mutations = [.. plan.Mutations.Where(static mutation => !mutation.StartsWith(Own, StringComparison.Ordinal))];
        int place = mutations.FindIndex(static mutation => mutation.StartsWith("injected ", StringComparison.Ordinal) || mutation.StartsWith("withheld ", StringComparison.Ordinal));
        mutations.Insert(place < 0 ? mutations.Count : place, $"{Own}{most}");
        return plan with { Applied = plan.Applied with { MaxTokens = most }, Mutations = mutations };
    }
}
