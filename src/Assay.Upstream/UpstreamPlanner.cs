using System.Text;
using Assay.Chat;
using Assay.Primitives;

namespace Assay.Upstream;

/// <summary>Says how a request will be applied: as it was asked, or not at all (spec/chat.md, "Parameters as applied" and "Mutations").</summary>
internal static class UpstreamPlanner
{
    internal static ChatPlan? Plan(ChatRequest request, UpstreamOptions options, out ChatFault? fault)
    {
        fault = options.Kinds.Contains(request.Kind)
            ? options.Unsupported.Where(name => Has(request, name)).Order(StringComparer.Ordinal).Select(Unsupported).FirstOrDefault()
            : new ChatFault(ChatCodes.Unsupported, "This model doesn't answer requests of this kind.", "model");
        if (fault is not null)
        {
            return null;
        }

        List<string> mutations = [.. request.Ineffective.Order(StringComparer.Ordinal).Select(static name => "dropped " + name)];
        if (Renamed(request, options.Servers[0].Model) is { } renamed)
        {
            mutations.Add(renamed);
        }

        return new ChatPlan { Request = request, Applied = request.Parameters, Mutations = mutations };
    }

    /// <summary>That the model is called otherwise there; null: it isn't.</summary>
    internal static string? Renamed(ChatRequest request, string model)
    {
        int level = request.Model.LastIndexOf('@');
        return (level < 0 ? request.Model : request.Model[..level]) == model ? null : ChangedModel(model);
    }

    internal static string ChangedModel(string model)
    {
        StringBuilder text = new("changed model ");
        CanonicalText.Append(text, model);
        return text.ToString();
    }

    private static bool Has(ChatRequest request, string name) => name switch
    {
        "seed" => request.Parameters.Seed is not null,
        "tools" => request.Tools.Count > 0,
        "response_format" => request.Parameters.ResponseFormat is not null,
        "image_url" or "input_audio" or "file" => request.Attachments.Any(item => item.Kind == name),
        _ => AppliedParameters.Raw(request.Kind, request.Parameters, name) is not null,
    };

    private static ChatFault Unsupported(string name) => name is "image_url" or "input_audio" or "file"
        ? new ChatFault(ChatCodes.Unsupported, $"This model doesn't take parts of type '{name}'.", "messages")
        : new ChatFault(ChatCodes.Unsupported, $"'{name}' has no effect on this model.", name);
}
