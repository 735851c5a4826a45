using System.Text;

namespace Assay.Chat.Tests;

public sealed class UpstreamModelTests
{
    [Theory]
    [InlineData("gpt-4o", "gpt-4o", true)]
    [InlineData("gpt-4o", "gpt-4o-2024-08-06", true)]
    [InlineData("gpt-4", "gpt-4-0613", true)]
    [InlineData("text-embedding-ada-002", "text-embedding-ada-002-v2", true)]
    [InlineData("claude", "claude-20250514-v1", true)]
    [InlineData("gpt-4o", "gpt-4o-mini", false)]
    [InlineData("gpt-4o", "gpt-4o-2024-08-06-mini", false)]
    [InlineData("gpt-4", "gpt-4-32k", false)]
    [InlineData("llama-3", "llama-3-8", false)]
    [InlineData("gpt-4", "gpt-4o", false)]
    [InlineData("gpt-4o", "gpt-4o-", false)]
    [InlineData("gpt-4o", "gpt-4o--2024", false)]
    [InlineData("gpt-4o", "gpt-4o-v", false)]
    [InlineData("gpt-4o", "gpt-4o-\u0661\u0662\u0663", false)]
    [InlineData("gpt-4o", "GPT-4o", false)]
    [InlineData("gpt-4o", "", false)]
    public void A_name_fits_itself_and_its_dates_and_versions_only(string asked, string answered, bool fits) => Assert.Equal(fits, UpstreamModel.Fits(asked, answered));

    [Fact]
    public void Tools_that_arent_there_have_no_digest()
    {
        ChatRequest request = ChatRequestReader.TryRead(ChatKind.Chat, Encoding.UTF8.GetBytes("""{"model":"m","messages":[{"role":"user","content":"x"}]}"""), out _)!;
        Assert.Null(request.RawTools);
        Assert.Null(ChatDigests.Tools(request));
    }
}
