using System.Text;
using System.Text.Json;
using Assay.Chat;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>The model, the levels and the policies that a chat's request names: its members <c>model</c>, <c>name@level</c>, and <c>verification</c>.</summary>
internal static class ChatNames
{
    /// <summary>The model's name without a level.</summary>
    public static string Model(ChatRequest request) => Level(request, out _) is { } at ? request.Model[..at] : request.Model;

    /// <summary>What is named.</summary>
    public static IReadOnlyList<NamedPolicy> Levels(ChatRequest request)
    {
        List<NamedPolicy> named = [];
        if (Level(request, out VerificationLevel level) is not null)
        {
            named.Add(new NamedPolicy(true, PolicyDocument.For(level)));
        }

        if (request.Verification is { } value)
        {
            named.Add(value.ValueKind switch
            {
                JsonValueKind.String => new NamedPolicy(true, VerificationLevel.TryParse(value.GetString()!, out VerificationLevel parsed, out _) ? PolicyDocument.For(parsed) : null),
                JsonValueKind.Object => new NamedPolicy(true, PolicyDocument.TryRead(Encoding.UTF8.GetBytes(value.GetRawText()), out _)),
                _ => new NamedPolicy(false, null),
            });
        }

        return named;
    }

    // Where the level begins; null if the name has none.
    private static int? Level(ChatRequest request, out VerificationLevel level)
    {
        int at = request.Model.LastIndexOf('@');
        level = default;
        return at > 0 && VerificationLevel.TryParse(request.Model.AsSpan(at + 1), out level, out _) ? at : null;
    }
}
