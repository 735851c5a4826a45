using Microsoft.Extensions.AI;

namespace Assay.Extensions.AI.Tests;

internal static class Functions
{
    internal static Task<List<ChatResponseUpdate>> AllAsync(this IAsyncEnumerable<ChatResponseUpdate> updates) => updates.ToListAsync().AsTask();

    internal static AIFunction Add { get; } = AIFunctionFactory.Create(static (int a, int b) => a + b, "add", "Adds two numbers.");
}
