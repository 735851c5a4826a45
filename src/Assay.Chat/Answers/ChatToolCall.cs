using System.Text;
using Assay.Primitives;

namespace Assay.Chat;

/// <summary>A call that the model wants made.</summary>
/// <param name="Id">Its id, which the answer to it names.</param>
/// <param name="Name">The function.</param>
/// <param name="Arguments">The arguments, as the model wrote them.</param>
public sealed record ChatToolCall(string Id, string Name, string Arguments)
{
    /// <summary>Calls as an output part has them: the same text whether they came in fragments or whole.</summary>
    public static string TextOf(IReadOnlyList<ChatToolCall> calls)
    {
        ArgumentNullException.ThrowIfNull(calls);
        StringBuilder text = new("[");
        foreach (ChatToolCall call in calls)
        {
            text.Append(text.Length == 1 ? "{\"id\":" : ",{\"id\":");
            CanonicalText.Append(text, call.Id);
            text.Append(",\"type\":\"function\",\"function\":{\"name\":");
            CanonicalText.Append(text, call.Name);
            text.Append(",\"arguments\":");
            CanonicalText.Append(text, call.Arguments);
            text.Append("}}");
        }

        return text.Append(']').ToString();
    }
}
