using Xunit;

namespace FlowLake.Tests.Infra;

[Collection(InfraCollection.Name)]
public sealed class LakeBucketTests(SynthesisedStack stack)
{
    [Fact]
    public void The_bucket_is_closed_to_the_public_and_encrypted_by_the_store_itself() =>
        stack.Has("AWS::S3::Bucket", """
            {
              "PublicAccessBlockConfiguration": { "BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true },
              "BucketEncryption": { "ServerSideEncryptionConfiguration": [ { "ServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" } } ] },
              "OwnershipControls": { "Rules": [ { "ObjectOwnership": "BucketOwnerEnforced" } ] }
            }
            """);

    [Fact]
    public void Requests_without_TLS_are_denied() =>
        stack.Has("AWS::S3::BucketPolicy", """
            {
              "PolicyDocument": {
                "Statement": [ { "Action": "s3:*", "Effect": "Deny", "Principal": { "AWS": "*" }, "Condition": { "Bool": { "aws:SecureTransport": "false" } } } ]
              }
            }
            """);

    [Fact]
    public void Unfinished_uploads_end_and_nothing_else_expires()
    {
        var rule = Assert.Single(Bucket.GetProperty("Properties").GetProperty("LifecycleConfiguration").GetProperty("Rules").EnumerateArray());
        Assert.Equal(["AbortIncompleteMultipartUpload", "Id", "Status"], rule.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_version_of_a_passing_inbox_object_is_kept() =>
        Assert.False(Bucket.GetProperty("Properties").TryGetProperty("VersioningConfiguration", out _));

    [Fact]
    public void The_bucket_outlives_the_stack()
    {
        Assert.Equal("Retain", Bucket.GetProperty("DeletionPolicy").GetString());
        Assert.Equal("Retain", Bucket.GetProperty("UpdateReplacePolicy").GetString());
    }

    private System.Text.Json.JsonElement Bucket => Assert.Single(stack.Resources("AWS::S3::Bucket"));
}
