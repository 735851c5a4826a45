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
    [InlineData("claude-3-5-sonnet", "claude-3-5-sonnet-20241022", true)]
    [InlineData("gpt-4.1", "gpt-4.1-2025-04-14", true)]
    [InlineData("gpt-3.5-turbo", "gpt-3.5-turbo-0125", true)]
    [InlineData("mistral-large", "mistral-large-2411", true)]
    [InlineData("doubao-pro", "doubao-pro-240615", true)]
    [InlineData("command-r", "command-r-08-2024", true)]
    [InlineData("gemini-2.5-pro-exp", "gemini-2.5-pro-exp-03-25", true)]
    [InlineData("gemini-1.5-pro", "gemini-1.5-pro-002", true)]
    [InlineData("deepseek", "deepseek-v3", false)]
    [InlineData("llama-3", "llama-3-405", false)]
    [InlineData("llama-3", "llama-3-70", false)]
    [InlineData("llama-3", "llama-3-2-11", false)]
    [InlineData("qwen", "qwen-2048", false)]
    [InlineData("qwen", "qwen-10000", false)]
    [InlineData("phi-3", "phi-3-128", false)]
    [InlineData("gpt-4", "gpt-4-1306", false)]
    [InlineData("gpt-4", "gpt-4-0632", false)]
    [InlineData("gpt-4o", "gpt-4o-2024-13-06", false)]
    [InlineData("gpt-4o", "gpt-4o-1999-08-06", false)]
    [InlineData("gpt-4o", "gpt-4o-2024-08-06-07", false)]
    [InlineData("gpt-4o", "gpt-4o-2024-08", false)]
    [InlineData("gpt-4o", "gpt-4o-0806-0807", false)]
    [InlineData("gpt-4o", "gpt-4o-2024-08-06\n", false)]
    [InlineData("text-embedding-3", "text-embedding-3-v2", false)]
    [InlineData("text-embedding-ada-002", "text-embedding-ada-002-v2\n", false)]
    [InlineData("text-embedding-ada-002", "text-embedding-ada-002-v2000", false)]
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
