namespace Assay.Chat;

/// <summary>An image, audio or file in a message.</summary>
/// <param name="Message">The message's place.</param>
/// <param name="Kind"><c>image_url</c>, <c>input_audio</c> or <c>file</c>.</param>
/// <param name="Content">Its bytes.</param>
public sealed record ChatAttachment(int Message, string Kind, ReadOnlyMemory<byte> Content);
