using Assay.Node.Errors;
using Assay.Node.Keys;
using Assay.Primitives;

namespace Assay.Node.Serving;

/// <summary>What a caller is told who names a model that isn't there, or that its key may not call.</summary>
internal static class ModelRefusals
{
    /// <summary>There is no model of that name.</summary>
    /// <param name="what"><c>model</c> or <c>chat model</c>.</param>
    /// <param name="name">The name as called.</param>
    /// <param name="names">Of these the nearest is suggested: names that the caller may use.</param>
    internal static NodeError Unknown(string what, string name, IEnumerable<string> names) => new(
        404,
        "model_not_found",
        $"There is no {what} '{(name.Length <= 60 ? name : name[..60] + "...")}' here.",
        NearestName.Find(name, names) is { } nearest ? $"Did you mean '{nearest}'?" : "GET /v1/models lists them.");

    /// <summary>Refuses a model that a key may not call; null if it may.</summary>
    /// <param name="what"><c>model</c> or <c>chat model</c>.</param>
    /// <param name="caller">The key.</param>
    /// <param name="called">The model.</param>
    /// <param name="all">All models of the kind, of which those that it may call are named.</param>
    internal static NodeError? NotAllowed(string what, ApiKey caller, (string Name, ModelId? Id) called, IEnumerable<(string Name, ModelId? Id)> all)
    {
        if (caller.MayCall(called.Name, called.Id))
        {
            return null;
        }

        string[] allowed = [.. all.Where(model => caller.MayCall(model.Name, model.Id)).Select(static model => model.Name)];
        return new NodeError(
            403,
            "model_not_allowed",
            $"Your API key may not call '{called.Name}'.",
            allowed.Length == 0 ? $"It may call none of this node's {what}s; ask the operator." : $"It may call: {string.Join(", ", allowed)}.")
        {
            Alternatives = allowed,
        };
    }
}
