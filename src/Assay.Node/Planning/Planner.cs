using Assay.Node.Errors;
using Assay.Node.Keys;
using Assay.Node.Serving;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Planning;

/// <summary>
/// Decides, before any work, at which level a request runs, or refuses it with what this model could meet instead.
/// Pure: the same request, key, model and default give the same plan.
/// </summary>
public static class Planner
{
    /// <summary>Plans a request whose level may be left to what is paid for it.</summary>
    /// <param name="request">Where the caller said a level.</param>
    /// <param name="sold">Levels of which what is paid decides, of a request that names none; null: key, model or node decide.</param>
    /// <param name="key">The caller.</param>
    /// <param name="model">The model that was asked for.</param>
    /// <param name="nodeDefault">The level for callers that name none; null on a node that isn't bound to loopback.</param>
    /// <param name="sources">What the node's evidence sources can bring for this model before release.</param>
    /// <param name="plans">The plans, when the result is null: one; where what is paid decides, each that can be met.</param>
    internal static NodeError? TryPlanAny(LevelRequest request, IReadOnlyList<VerificationLevel>? sold, ApiKey key, ModelTerms model, VerificationLevel? nodeDefault, PolicyCapabilities sources, out IReadOnlyList<Plan> plans)
    {
        List<Plan> found = [];
        plans = found;
        NodeError? first = null;
        foreach (LevelRequest wish in sold is null ? [request] : sold.Select(static level => new LevelRequest(null, level.ToString(), null)))
        {
            NodeError? error = TryPlan(wish, key, model, nodeDefault, sources, out Plan? plan);
            if (plan is not null)
            {
                found.Add(sold is null ? plan : plan with { Source = LevelSource.Payment });
            }

            first ??= error;
        }

        return found.Count > 0 ? null : first ?? new NodeError(422, "payment/no-price", $"No level of model '{model.Name}' is sold here.", "Ask the operator.");
    }

    /// <summary>Plans one request.</summary>
    /// <param name="request">Where the caller said a level.</param>
    /// <param name="key">The caller.</param>
    /// <param name="model">The model that was asked for.</param>
    /// <param name="nodeDefault">The level for callers that name none; null on a node that isn't bound to loopback.</param>
    /// <param name="sources">What the node's evidence sources can bring for this model before release.</param>
    /// <param name="plan">The plan, when the result is null.</param>
    /// <returns>Null, or the refusal: 400 for a malformed or contradictory level, 422 for one that can't be met.</returns>
    public static NodeError? TryPlan(LevelRequest request, ApiKey key, ModelTerms model, VerificationLevel? nodeDefault, PolicyCapabilities sources, out Plan? plan)
    {
        plan = null;
        if (Agreed(request, out VerificationLevel? asked) is { } malformed)
        {
            return malformed;
        }

        if (request.Policy is { IsLevel: false } policy)
        {
            return TryPlan(policy, key, model, new PolicyFit(model, sources), out plan);
        }

        (VerificationLevel? chosen, LevelSource source) = asked is not null
            ? (asked, LevelSource.Request)
            : Unsaid(key, model, nodeDefault);
        if (chosen is not { } level)
        {
            return new NodeError(400, "verification_required", "This request names no verification level, and this node has no default.",
                $"Say one of: {string.Join(", ", model.Available)} (in the body as \"verification\", in the header Assay-Verification, or as '{model.Name}@level').")
            {
                Alternatives = model.Available,
            };
        }

        foreach ((VerificationLevel? least, string whose) in new[] { (key.MinimumLevel, "your API key's"), (model.MinimumLevel, "this model's") })
        {
            if (least is { } minimum && !level.AtLeast(minimum))
            {
                VerificationLevel raised = level.Join(minimum);
                return new NodeError(422, "verification_below_minimum", $"'{level}' is below {whose} minimum level '{minimum}'.", $"Ask for '{raised}'.")
                {
                    Alternatives = model.CanMeet(raised) ? [raised.ToString()] : [],
                };
            }
        }

        if (!model.CanMeet(level))
        {
            return new NodeError(422, "verification_unsatisfiable",
                $"'{level}' can't be met for model '{model.Name}': {string.Join("; ", model.WhyNot(level))}.",
                $"Available for this model: {string.Join(", ", model.Available)}.")
            {
                Alternatives = model.Available,
            };
        }

        plan = new Plan(level, source, PolicyDocument.For(level), Uncovered.For(PolicyDocument.For(level), model.DeclaredUse));
        return null;
    }

    // A policy may only raise what key and model demand, never lower it.
    private static NodeError? TryPlan(PolicyDocument policy, ApiKey key, ModelTerms model, PolicyFit fit, out Plan? plan)
    {
        plan = null;
        VerificationLevel minimum = (key.MinimumLevel ?? VerificationLevel.Signed).Join(model.MinimumLevel ?? VerificationLevel.Signed);
        if (!policy.Level.AtLeast(minimum))
        {
            PolicyDocument raised = policy.Raise(minimum);
            return new NodeError(422, "verification_below_minimum", $"The policy implies level '{policy.Level}', which is below the minimum level '{minimum}' of your API key and this model.",
                $"Require what '{minimum}' requires, too.")
            {
                Alternatives = fit.WhyNot(raised).Count == 0 ? [Written(raised)] : [],
            };
        }

        IReadOnlyList<string> reasons = fit.WhyNot(policy);
        if (reasons.Count > 0)
        {
            IEnumerable<string> nearest = fit.Nearest(policy).Where(p => p.Level.AtLeast(minimum) && fit.WhyNot(p).Count == 0).Select(Written);
            return new NodeError(422, "verification_unsatisfiable", $"The policy can't be met for model '{model.Name}': {string.Join("; ", reasons)}.",
                "The alternatives, nearest first, can be met for this model.")
            {
                Alternatives = [.. nearest.Concat(model.Available).Distinct()],
            };
        }

        plan = new Plan(policy.Level, LevelSource.Request, policy, Uncovered.For(policy, model.DeclaredUse));
        return null;
    }

    private static string Written(PolicyDocument policy) => policy.IsLevel ? policy.Level.ToString() : policy.Text;

    // The strictest of what key and model demand; the node's default only where neither says anything.
    private static (VerificationLevel? Level, LevelSource Source) Unsaid(ApiKey key, ModelTerms model, VerificationLevel? nodeDefault)
    {
        return (key.MinimumLevel, model.MinimumLevel) switch
        {
            ({ } k, { } m) => k.AtLeast(m) ? (k, LevelSource.Key) : (k.Join(m), LevelSource.Model),
            ({ } k, null) => (k, LevelSource.Key),
            (null, { } m) => (m, LevelSource.Model),
            _ => (nodeDefault, LevelSource.NodeDefault),
        };
    }

    private static NodeError? Agreed(LevelRequest request, out VerificationLevel? level)
    {
        level = request.Policy?.Level;
        string? said = request.Policy is null ? null : "the policy";
        foreach ((string? text, string where) in new[] { (request.Body, "the body"), (request.Header, "the header Assay-Verification"), (request.Suffix, "the model's name") })
        {
            if (text is null)
            {
                continue;
            }

            if (!VerificationLevel.TryParse(text, out VerificationLevel parsed, out _))
            {
                return new NodeError(400, "verification_unknown", $"{where} asks for verification '{Shorten(text)}', which isn't a level.",
                    "Levels are signed, replay, tee, zk; join them by '+'.");
            }

            if (level is { } known && known != parsed)
            {
                return new NodeError(400, "verification_contradiction", $"{said} asks for '{known}' and {where} for '{parsed}'.", "Say the level once, or the same everywhere.");
            }

            (level, said) = (parsed, where);
        }

        return null;
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
