using System.Text.Json;
using Assay.Chat;
using Assay.Node.Chatting;
using Assay.Node.Paying;
using Assay.Node.Serving;

namespace Assay.Node.Http;

/// <summary>Models as OpenAI's clients list them: <c>id</c>, <c>object</c>, <c>created</c>, <c>owned_by</c>; what more there is, they skip.</summary>
internal static class OpenAiModels
{
    /// <summary>A chat model, with its terms.</summary>
    internal static void Describe(Utf8JsonWriter json, ChatModel model, string owner, PriceList? prices)
    {
        ChatBackendInfo info = model.Backend.Info;
        json.WriteStartObject();
        Members(json, model.Terms.Name, model.Created, owner);
        json.WriteString("kind", "chat");
        json.WriteString("description", model.Description);
        json.WriteString("model_id", info.Model?.ToString());
        json.WriteString("backend", info.Backend);
        json.WriteString("semantics", info.Semantics);
        json.WriteString("declared_use", model.Terms.DeclaredUse);
        json.WriteString("minimum_level", model.Terms.MinimumLevel?.ToString());
        json.WriteStartArray("levels");
        foreach (string level in model.Terms.Available)
        {
            json.WriteStringValue(level);
        }

        json.WriteEndArray();
        json.WriteStartArray("endpoints");
        foreach (ChatKind kind in info.Kinds.Order())
        {
            json.WriteStringValue(ChatAddresses.Of(kind));
        }

        json.WriteEndArray();
        if (info.ContextTokens is { } context)
        {
            json.WriteNumber("context_length", context);
        }

        if (model.Limits.OutputTokens is { } output)
        {
            json.WriteNumber("max_output_tokens", output);
        }

        PricesJson.Write(json, model.Terms, prices);

        json.WriteEndObject();
    }

    /// <summary>OpenAI's members of a model of the catalogue.</summary>
    internal static void Members(Utf8JsonWriter json, ServedModel model, string owner) =>
        Members(json, model.Terms.Name, model.Papers.History is [.., { } last] ? last.Entry.At / 1000 : 0, owner);

    private static void Members(Utf8JsonWriter json, string name, long created, string owner)
    {
        json.WriteString("id", name);
        json.WriteString("object", "model");
        json.WriteNumber("created", created);
        json.WriteString("owned_by", owner);
    }
}
